"""Runs of the tests and what came of each case."""

import sqlalchemy as sa
from alembic import op

from signpost.staff.database import Moment

revision = "0005_runs"
down_revision = "0001"
branch_labels = ("runs",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("started_by", sa.String(200), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("lock", sa.Integer, unique=True),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("sets", sa.Text, nullable=False),
        sa.Column("model", sa.String(50), nullable=False),
        sa.Column("register", sa.String(50), nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "run_cases",
        sa.Column(
            "run", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("set_name", sa.String(200), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("turns", sa.Text, nullable=False),
    )
    op.create_index("ix_run_cases_key", "run_cases", ["key", "run"])
