"""The door: the public process. It listens before Rasa is up and answers whatever happens to it.

A message meets six stages, each a module of `signpost.door.stages`; `door` puts them in order,
`web` is what the public reaches, `conversations` remembers, `rasa` asks.
"""
