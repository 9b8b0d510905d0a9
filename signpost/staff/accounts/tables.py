"""The tables of accounts, sessions, limits and keys."""

from __future__ import annotations

import sqlalchemy as sa

from signpost.staff.database import Moment, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # What a person signs in with, in lower case.
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("full_name", sa.String(200), nullable=False),
    # Their job title, which stands beside their name where they sign.
    sa.Column("post", sa.String(200), nullable=False),
    # With blanks between.
    sa.Column("roles", sa.String(100), nullable=False),
    # argon2's own form; none for those who sign in through their organisation.
    sa.Column("password", sa.String(300)),
    # Issuer and subject of those.
    sa.Column("subject", sa.String(500), unique=True),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("made_at", Moment(), nullable=False),
    sa.Column("signed_in_at", Moment()),
)

sessions = sa.Table(
    "sessions",
    metadata,
    # SHA-256 of the cookie's value, which only the browser has.
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column(
        "account",
        sa.Integer,
        sa.ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("began_at", Moment(), nullable=False),
    sa.Column("seen_at", Moment(), nullable=False),
    # Something to say on the next page, once.
    sa.Column("notice", sa.Text, nullable=False),
)

sign_in_limits = sa.Table(
    "sign_in_limits",
    metadata,
    # Keyed digest of an account's name or of an address.
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Moment(), nullable=False),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("name", sa.String(50), primary_key=True),
    sa.Column("value", sa.String(100), nullable=False),
)
