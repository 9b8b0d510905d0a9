"""Trial conversations with their turns, and what they should have been."""

import sqlalchemy as sa
from alembic import op

from signpost.staff.database import Moment

revision = "0002_talk"
down_revision = "0001"
branch_labels = ("talk",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(200), nullable=False, index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False, index=True),
        sa.Column("memory", sa.Text, nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False, index=True),
    )
    op.create_table(
        "trial_turns",
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
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("trial", "number"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("trial", sa.Integer, sa.ForeignKey("trials.id", ondelete="SET NULL"), index=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("author", sa.String(200), nullable=False, index=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("should", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", Moment()),
        sa.Column("reason", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("corrections", "trial_turns", "trials"):
        op.drop_table(table)
