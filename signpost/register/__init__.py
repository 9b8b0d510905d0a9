"""The register: every word that a user reads, with its source, owner and review date.

`models` gives the shapes, `loader` reads and checks the files under `content/`, `render` turns
an entry into a `Reply` for a reader and a channel.
"""
