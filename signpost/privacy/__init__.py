"""Nothing personal past the door: find personal details in a text and put placeholders there.

A module for each kind: `accounts`, `addresses`, `birth_dates`, `links`, `names` (with its signs,
words and context), `numbers` and `schools`. `presidio` brings the recognisers of Presidio,
`public` knows what everybody may read, and `redact` puts them together.
"""
