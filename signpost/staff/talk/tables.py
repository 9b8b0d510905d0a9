"""The tables of trial conversations. What stands in them was redacted before."""

from __future__ import annotations

import sqlalchemy as sa

from signpost.staff.database import Moment, metadata

trials = sa.Table(
    "trials",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # The account's name of whoever holds it.
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    # Whom the tester plays; "" leaves it to the bot to find out.
    sa.Column("role", sa.String(20), nullable=False),
    # Set when it is kept as a test; "" is deleted when it was quiet for long.
    sa.Column("name", sa.String(100), nullable=False, index=True),
    # A `Memory` as JSON.
    sa.Column("memory", sa.Text, nullable=False),
    sa.Column("began_at", Moment(), nullable=False),
    sa.Column("last_at", Moment(), nullable=False, index=True),
)

trial_turns = sa.Table(
    "trial_turns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "trial",
        sa.Integer,
        sa.ForeignKey("trials.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    # A `Reply` and a `Why` as JSON.
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.UniqueConstraint("trial", "number"),
)
