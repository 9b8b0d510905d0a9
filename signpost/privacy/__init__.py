"""Nothing personal past the door: find personal details in a text and put placeholders there.

`forms` knows what has a form of its own, `names` knows people's names, `presidio` brings the
recognisers of Presidio, `public` knows what everybody may read, and `redact` puts them together.
"""
