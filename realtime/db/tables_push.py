"""The tables of Web Push; the rest, and what holds for all, in tables.py."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, text

from realtime.db.tables import Millis, Name, metadata

# push: a browser that lets itself be rung. The endpoint and its keys are sealed: whoever holds them
# can ring that phone. `session` is the sign-in it belongs to: signed out, it is silent.
push_subscription = Table(
    "push_subscription",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, nullable=False),
    Column("device", Name, nullable=False),
    Column("session", Name, nullable=False),
    Column("endpoint", Name, nullable=False, unique=True),
    Column("origin", Name, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("key", Name, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("seen_at", Millis, nullable=False),
    Column("ok_at", Millis),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing_since", Millis),
    Column("disabled_at", Millis),
    Column("disabled_reason", Name),
    Index("push_subscription_by_account", "account"),
    Index("push_subscription_by_device", "device"),
)
# One thing that makes phones ring, once for each version of it.
push_run = Table(
    "push_run",
    metadata,
    Column("id", Name, primary_key=True),
    Column("kind", Name, nullable=False),
    Column("subject", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("raised_at", Millis, nullable=False),
    Column("queued_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Column("phones", Integer, nullable=False, server_default="0"),
    Column("accepted", Integer, nullable=False, server_default="0"),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("first_accepted_at", Millis),
    Column("last_accepted_at", Millis),
    Column("first_shown_at", Millis),
    Index("push_run_by_subject", "subject", "kind", "version", unique=True),
)
# What was decided for a member, and why: what « Pourquoi » answers, what caps count.
push_decision = Table(
    "push_decision",
    metadata,
    Column("run", Name, primary_key=True),
    Column("account", Name, primary_key=True),
    Column("action", Name, nullable=False),
    Column("reason", Name, nullable=False),
    Column("ring", Name, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("at", Millis, nullable=False),
    Column("until", Millis),
    Index("push_decision_by_account", "account", "at"),
    Index(
        "push_decision_by_time",
        "until",
        sqlite_where=text("until IS NOT NULL"),
        postgresql_where=text("until IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)
push_delivery = Table(
    "push_delivery",
    metadata,
    Column("run", Name, primary_key=True),
    Column("subscription", Name, primary_key=True),
    Column("account", Name, nullable=False),
    Column("state", Name, nullable=False),
    Column("reason", Name, nullable=False),
    Column("at", Millis, nullable=False),
    Column("shown_at", Millis),
    Column("clicked_at", Millis),
    Index("push_delivery_by_subscription", "subscription", "at"),
    sqlite_with_rowid=False,
)
# An open page showed it: that device need not ring.
push_seen = Table(
    "push_seen",
    metadata,
    Column("subject", Name, primary_key=True),
    Column("device", Name, primary_key=True),
    Column("account", Name, nullable=False),
    Column("at", Millis, nullable=False),
    Index("push_seen_by_age", "at"),
    sqlite_with_rowid=False,
)
# Totals since the beginning, of all workers, their jobs too: what /metrics of any node shows.
push_tally = Table(
    "push_tally",
    metadata,
    Column("name", Name, primary_key=True),
    Column("label", Name, primary_key=True),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
