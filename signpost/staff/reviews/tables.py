"""The table of corrections. What stands in it was redacted before."""

from __future__ import annotations

import sqlalchemy as sa

from signpost.staff.database import Moment, metadata

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # Where it comes from; the conversation may be deleted since, and the correction stays.
    sa.Column("trial", sa.Integer, sa.ForeignKey("trials.id", ondelete="SET NULL"), index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("author", sa.String(200), nullable=False, index=True),
    sa.Column("made_at", Moment(), nullable=False),
    # A `Should`, the `Reply` and its `Why`, as JSON.
    sa.Column("should", sa.Text, nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    # "waiting", "accepted" or "declined".
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("decided_by", sa.String(200), nullable=False),
    sa.Column("decided_at", Moment()),
    sa.Column("reason", sa.Text, nullable=False),
)
