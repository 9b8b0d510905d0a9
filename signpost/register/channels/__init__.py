"""What each channel can show of a `Reply`: plain texts by segments, or messages with buttons.

Words come in, words go out in the same order; nothing here writes any.
"""
