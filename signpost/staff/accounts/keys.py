"""Random keys that the workbench makes for itself at its first start and keeps."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from signpost.staff.accounts.tables import keys
from signpost.staff.database import Database


def key(database: Database, name: str) -> str:
    """The key of this name, the same for all processes and starts."""
    query = sa.select(keys.c.value).where(keys.c.name == name)
    with database.read() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        try:
            with database.write() as connection:
                connection.execute(keys.insert().values(name=name, value=secrets.token_urlsafe(32)))
        except IntegrityError:
            pass  # another process was quicker; its key counts
        with database.read() as connection:
            found = connection.execute(query).scalar_one()
    return str(found)
