"""The crisis floor: finds a crisis in a message without any model, server or network.

`normalise` undoes disguises, `lexicon` maps words to concepts, `pattern` finds sequences of
concepts, `rules` holds what the safeguarding lead wrote in `content/crisis/`, and `floor` says
what a message needs: nothing, a check-in, or a crisis reply with its route.
"""
