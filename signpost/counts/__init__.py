"""How much the bot is used and for what, as totals: no words, no ids, no keys of people.

`measures` says what a turn counts as, `counter` counts in the door, `store` keeps the totals,
`disclosure` decides which numbers may be shown, `figures` makes the tables of a period.
"""
