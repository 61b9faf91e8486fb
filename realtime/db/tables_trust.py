"""The tables of homes and how they are proved; the rest, and what holds for all, in tables.py."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from realtime.db.tables import Millis, Name, metadata

# accounts: where somebody lives, since when. The address itself is sealed: whoever reads this table
# learns which homes are the same, not where they are.
dwelling = Table(
    "dwelling",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("since", Millis, primary_key=True),
    Column("building", Name, nullable=False),
    Column("door", Name, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("dwelling_by_door", "door", "since"),
    Index("dwelling_by_building", "building", "since"),
)
mail_link = Table(
    "mail_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", Name, ForeignKey("account.id"), nullable=False),
    Column("purpose", Name, nullable=False),
    Column("email", Name, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Index("mail_link_by_account", "account", "purpose"),
    Index("mail_link_by_age", "expires_at"),
)
postcard = Table(
    "postcard",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, ForeignKey("account.id"), nullable=False),
    Column("building", Name, nullable=False),
    Column("door", Name, nullable=False),
    Column("code", LargeBinary, nullable=False),
    Column("refusal", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("asked_at", Millis, nullable=False),
    Column("exported_at", Millis),
    Column("redeemed_at", Millis),
    Column("refused_at", Millis),
    Index("postcard_by_account", "account", "asked_at"),
    Index("postcard_by_door", "door", "asked_at"),
    Index("postcard_by_building", "building", "asked_at"),
    Index("postcard_by_refusal", "refusal"),
    Index("postcard_by_age", "asked_at"),
)
code_try = Table(
    "code_try",
    metadata,
    Column("card", Name, ForeignKey("postcard.id"), primary_key=True),
    Column("account", Name, primary_key=True),
    Column("wrong", Integer, nullable=False),
    sqlite_with_rowid=False,
)
# How a home was proved: the method, a coarse detail and the day.
proof = Table(
    "proof",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("at", Millis, primary_key=True),
    Column("method", Name, primary_key=True),
    Column("detail", Name, nullable=False),
    sqlite_with_rowid=False,
)
vouch_request = Table(
    "vouch_request",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, ForeignKey("account.id"), nullable=False),
    Column("asked_at", Millis, nullable=False),
    Column("closed_at", Millis),
    Index("vouch_request_by_account", "account", "asked_at"),
    sqlite_with_rowid=False,
)
vouch = Table(
    "vouch",
    metadata,
    Column("request", Name, ForeignKey("vouch_request.id"), primary_key=True),
    Column("voucher", Name, primary_key=True),
    Column("account", Name, nullable=False),
    Column("household", Name, nullable=False),
    Column("door", Name, nullable=False),
    Column("at", Millis, nullable=False),
    Column("revoked_at", Millis),
    Index("vouch_by_voucher", "voucher", "at"),
    Index("vouch_by_household", "household", "at"),
    Index("vouch_by_account", "account"),
    sqlite_with_rowid=False,
)
