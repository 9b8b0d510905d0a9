"""Scoring: files of examples go through the door and the trained model, in process.

What counts is the words that a user would read: `judge` sees only a reply's texts and finds in
the register whose words they are. `rows` reads the files, `talk` holds the conversations,
`score` counts, `report` writes it down.
"""
