"""Push: subscriptions, what was decided for whom, deliveries and their receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_Name = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_Millis = sa.BigInteger


def upgrade() -> None:
    _subscriptions()
    _runs()
    _decisions()
    op.create_table(
        "push_delivery",
        sa.Column("run", _Name, primary_key=True),
        sa.Column("subscription", _Name, primary_key=True),
        sa.Column("account", _Name, nullable=False),
        sa.Column("state", _Name, nullable=False),
        sa.Column("reason", _Name, nullable=False),
        sa.Column("at", _Millis, nullable=False),
        sa.Column("shown_at", _Millis),
        sa.Column("clicked_at", _Millis),
        sqlite_with_rowid=False,
    )
    op.create_index("push_delivery_by_subscription", "push_delivery", ["subscription", "at"])
    op.create_table(
        "push_seen",
        sa.Column("subject", _Name, primary_key=True),
        sa.Column("device", _Name, primary_key=True),
        sa.Column("account", _Name, nullable=False),
        sa.Column("at", _Millis, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "push_tally",
        sa.Column("name", _Name, primary_key=True),
        sa.Column("label", _Name, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _subscriptions() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("id", _Name, primary_key=True),
        sa.Column("account", _Name, nullable=False),
        sa.Column("device", _Name, nullable=False),
        sa.Column("session", _Name, nullable=False),
        sa.Column("endpoint", _Name, nullable=False, unique=True),
        sa.Column("origin", _Name, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("key", _Name, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", _Millis, nullable=False),
        sa.Column("seen_at", _Millis, nullable=False),
        sa.Column("ok_at", _Millis),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failing_since", _Millis),
        sa.Column("disabled_at", _Millis),
        sa.Column("disabled_reason", _Name),
    )
    op.create_index("push_subscription_by_account", "push_subscription", ["account"])
    op.create_index("push_subscription_by_device", "push_subscription", ["device"])


def _runs() -> None:
    op.create_table(
        "push_run",
        sa.Column("id", _Name, primary_key=True),
        sa.Column("kind", _Name, nullable=False),
        sa.Column("subject", _Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("raised_at", _Millis, nullable=False),
        sa.Column("queued_at", _Millis, nullable=False),
        sa.Column("expires_at", _Millis, nullable=False),
        sa.Column("phones", sa.Integer, nullable=False, server_default="0"),
        sa.Column("accepted", sa.Integer, nullable=False, server_default="0"),
        sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
        sa.Column("first_accepted_at", _Millis),
        sa.Column("last_accepted_at", _Millis),
        sa.Column("first_shown_at", _Millis),
    )
    columns = ["subject", "kind", "version"]
    op.create_index("push_run_by_subject", "push_run", columns, unique=True)


def _decisions() -> None:
    op.create_table(
        "push_decision",
        sa.Column("run", _Name, primary_key=True),
        sa.Column("account", _Name, primary_key=True),
        sa.Column("action", _Name, nullable=False),
        sa.Column("reason", _Name, nullable=False),
        sa.Column("ring", _Name, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("at", _Millis, nullable=False),
        sa.Column("until", _Millis),
        sqlite_with_rowid=False,
    )
    op.create_index("push_decision_by_account", "push_decision", ["account", "at"])
    op.create_index(
        "push_decision_by_time",
        "push_decision",
        ["until"],
        sqlite_where=sa.text("until IS NOT NULL"),
        postgresql_where=sa.text("until IS NOT NULL"),
    )
