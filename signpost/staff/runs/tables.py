"""The tables of runs and of what came of each case."""

from __future__ import annotations

import sqlalchemy as sa

from signpost.staff.database import Moment, metadata

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("started_by", sa.String(200), nullable=False),
    sa.Column("started_at", Moment(), nullable=False),
    sa.Column("ended_at", Moment()),
    # "running", "done", "stopped" or "died".
    sa.Column("state", sa.String(20), nullable=False),
    # 1 while it runs, else nothing: the database itself lets only one run at a time.
    sa.Column("lock", sa.Integer, unique=True),
    # When whoever watches over it last said that it goes on.
    sa.Column("seen_at", Moment(), nullable=False),
    # Names of sets, one a line.
    sa.Column("sets", sa.Text, nullable=False),
    sa.Column("model", sa.String(50), nullable=False),
    sa.Column("register", sa.String(50), nullable=False),
    sa.Column("cases", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("wrong", sa.Integer, nullable=False),
    # Why it died, in a sentence.
    sa.Column("reason", sa.Text, nullable=False),
)

run_cases = sa.Table(
    "run_cases",
    metadata,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("set_name", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # The same in every run while the case is.
    sa.Column("key", sa.String(24), nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("right", sa.Boolean, nullable=False),
    # `signpost.evaluation.cases.CaseTurn`s as JSON.
    sa.Column("turns", sa.Text, nullable=False),
    sa.Index("ix_run_cases_key", "key", "run"),
)
