"""Everything of ours that runs inside Rasa. The only folder that imports it.

Rasa Open Source 3.6 is the last of its line; what is here is glue, so that the crisis floor, the
register and the door outlive it.
"""
