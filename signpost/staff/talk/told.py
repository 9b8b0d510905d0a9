"""What the reasons are called, in words for staff; shared by the page and the command line."""

from __future__ import annotations

# Of the tester's choice when a conversation begins; without one the bot finds out who writes.
ROLES = {
    "child": "A child or young person",
    "parent": "A parent or carer",
    "professional": "Somebody who works with children",
    "adult": "An adult, about themselves",
}
# Each channel as staff call it.
CHANNELS: dict[str, str] = {
    "web": "The web page and the widget",
    "sms": "SMS text messages",
    "whatsapp": "WhatsApp",
    "messenger": "Facebook Messenger",
    "telegram": "Telegram",
}
LEVELS = {
    "none": "no sign of a crisis that the floor is sure of",
    "check_in": "the floor asks for a check-in",
    "crisis": "the floor found a crisis",
}
HOW = {
    "said": "said so in this message",
    "guessed": "guessed from how it is written",
    "earlier": "known from earlier in the conversation",
    "unknown": "nobody has said, and it shows nowhere",
}
DECISIONS = {
    "not_asked": "The floor answered at once; the second net only took note.",
    "choice": "A choice was picked: its meaning is certain, and the second net does not judge it.",
    "no_answer": "The second net gave no answer.",
    "stood_in": "The second net gave no answer and the floor was unsure: the check-in stood in.",
    "crisis": "The second net decided: a crisis.",
    "check_in": "The second net decided: a check-in.",
    "none": "The second net decided: no crisis.",
}
# Concerns without advice of their own, whose title would say what they are.
CONCERNS_IN_WORDS = {
    "crisis_danger": "Danger to life (999)",
    "crisis_exploitation": "Sexual exploitation of a child (CEOP)",
    "out_of_scope": "Not about online safety",
    "smalltalk_greet": "A greeting",
    "smalltalk_thanks": "Thanks or a goodbye",
    "bot_challenge": "A question about the bot itself",
    "feedback_complaint": "An opinion on the bot",
    "ask_report_how": "Asks how to report it",
    "ask_more": "Asks for more",
    "ask_person": "Asks for a person",
    "correct_bot": "Says that this is not it",
    "start_again": "Wants to start again",
    "tell_audience_child": "Says: I am under 18",
    "tell_audience_parent": "Says: I am a parent or carer",
    "tell_audience_professional": "Says: I work with children",
    "tell_audience_adult": "Says: I am an adult",
    "affirm": "Yes",
    "deny": "No",
}
ENTITIES = {
    "audience": "Who writes, as said",
    "audience_guess": "Who writes, as guessed",
    "platform": "Platform",
    "age": "Age",
    "relation": "Relation",
}
FAULTS = {
    "unavailable": "Rasa did not answer in time, or not at all.",
    "busy": "Too many messages waited for an answer.",
    "silent": "Rasa answered with nothing to say: its model may be damaged.",
}
PROBLEMS = {
    "empty": "The message was empty.",
    "unreadable": "The message held no letter and no figure.",
    "too_long": "The message was too long: only its start and its end went to the model.",
}

EXAMPLES = """\
examples:
  signpost talk                              talk until Ctrl-D, line by line
  signpost talk --as child --channel sms     as a child would see it on SMS
  signpost talk --why "someone has my pics"  one message, its answer, and the reasons
  signpost talk "my insta got hacked" "what else?"
                                             two messages of one conversation

The bot must be running (`make run` in another window). Don't type anybody's real details.
What was said is erased at the end.
"""
