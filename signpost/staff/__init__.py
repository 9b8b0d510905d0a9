"""The workbench: where the council's staff test the bot, see why it answers as it does, and keep it
right. A process of its own, rendered on the server, with accounts of its own; it imports no Rasa.

A section is a package with a function `section(bench) -> Section`, named in `app.SECTIONS`: its
pages (`visit.get`, `visit.post`, each with what a person must be allowed to do), its tables on
`database.metadata`, its templates in `templates/<section>/` on `base.html` and `parts/form.html`.
A page is a function of a `Visit`; a plain one runs in a thread, so it may use the database.
"""
