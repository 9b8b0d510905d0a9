"""How the advice is kept: versions of files, proposals, publications, answers of links."""

import sqlalchemy as sa
from alembic import op

from signpost.staff.database import Moment

revision = "0003_keep"
down_revision = "0001"
branch_labels = ("keep",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("path", sa.String(300), nullable=False, index=True),
        sa.Column("text", sa.LargeBinary),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "content_proposals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("path", sa.String(300), nullable=False, index=True),
        sa.Column("base", sa.LargeBinary),
        sa.Column("text", sa.LargeBinary),
        sa.Column("author", sa.String(200), nullable=False, index=True),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False, index=True),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "link_answers",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("checked_at", Moment(), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("moved_to", sa.Text, nullable=False),
        sa.Column("for_good", sa.Boolean, nullable=False),
    )
    op.create_table(
        "link_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("began_at", Moment(), nullable=False, index=True),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
