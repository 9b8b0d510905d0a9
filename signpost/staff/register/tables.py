"""The tables of keeping the advice. Texts are bytes: what was written is kept to the byte."""

from __future__ import annotations

import sqlalchemy as sa

from signpost.staff.database import Moment, metadata

# Every state that a file was ever in; `text` is null where the file was taken out.
versions = sa.Table(
    "content_versions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("path", sa.String(300), nullable=False, index=True),
    sa.Column("text", sa.LargeBinary),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("act", sa.String(20), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    # Who wrote the words; `who` made them count.
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

# Drafts and proposals: a whole file each, with the state of the file that it was begun from.
proposals = sa.Table(
    "content_proposals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("path", sa.String(300), nullable=False, index=True),
    sa.Column("base", sa.LargeBinary),
    sa.Column("text", sa.LargeBinary),
    sa.Column("author", sa.String(200), nullable=False, index=True),
    # draft, proposed, approved, declined, withdrawn
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("changed_at", Moment(), nullable=False),
    sa.Column("decided_by", sa.String(200), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("bundle", sa.String(64), nullable=False, index=True),
    # publish, back
    sa.Column("act", sa.String(20), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

link_answers = sa.Table(
    "link_answers",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("checked_at", Moment(), nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("failure", sa.String(40), nullable=False),
    sa.Column("moved_to", sa.Text, nullable=False),
    sa.Column("for_good", sa.Boolean, nullable=False),
)

link_runs = sa.Table(
    "link_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("began_at", Moment(), nullable=False, index=True),
    # Moves on while it runs: a run whose process died is known by it.
    sa.Column("seen_at", Moment(), nullable=False),
    sa.Column("ended_at", Moment()),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
