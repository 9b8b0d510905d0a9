"""Online Safety Signpost: from a worry about something online to vetted help.

The package is laid out by what a message meets on its way: the door (`signpost.door`), the
crisis floor (`signpost.crisis`), redaction (`signpost.privacy`), Rasa (`signpost.rasa`) and the
register of vetted words (`signpost.register`). Only `signpost.rasa` imports Rasa.
"""
