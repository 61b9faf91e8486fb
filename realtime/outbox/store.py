"""The SQL of the outbox. A claim is a lease: who dies with a job gives it back when that ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import orjson

from realtime.clock import from_millis, to_millis
from realtime.db import Condition, Tx
from realtime.ids import new_ulid
from realtime.outbox.model import Job


def add(
    tx: Tx,
    name: str,
    about: Mapping[str, object],
    now: datetime,
    *,
    run_at: datetime | None = None,
    expires_at: datetime | None = None,
    condition: Condition | None = None,
) -> None:
    """Promise a job in the caller's transaction, if `condition` holds."""
    job = {
        "id": new_ulid(now),
        "name": name,
        "about": orjson.dumps(about).decode(),
        "run_at": to_millis(run_at or now),
        "expires_at": None if expires_at is None else to_millis(expires_at),
    }
    if condition is None:
        tx.add("job", **job)
    else:
        tx.add_if(condition, "job", **job)


def find_due(tx: Tx, names: Sequence[str], now: datetime) -> bool:
    """Is there anything to claim? A read, so that an idle worker never writes."""
    return (
        tx.find(
            """SELECT 1 FROM job WHERE run_at <= :now AND name IN :names
               AND (claimed_until IS NULL OR claimed_until < :now) LIMIT 1""",
            names=tuple(names),
            now=to_millis(now),
        )
        is not None
    )


def count_due(tx: Tx, name: str, now: datetime) -> int:
    """How many jobs of this name nobody has begun."""
    found: int = tx.value(
        """SELECT count(*) FROM job WHERE run_at <= :now AND name = :name
           AND claimed_until IS NULL""",
        name=name,
        now=to_millis(now),
    )
    return found


def claim(tx: Tx, names: Sequence[str], now: datetime, lease: timedelta, limit: int) -> list[Job]:
    """At most `limit` due jobs, the oldest first, ours until the lease ends."""
    skip = "FOR UPDATE SKIP LOCKED" if tx.dialect == "postgresql" else ""
    rows = tx.all(
        f"""UPDATE job SET claimed_until = :until, attempts = attempts + 1 WHERE id IN (
                SELECT id FROM job WHERE run_at <= :now AND name IN :names
                AND (claimed_until IS NULL OR claimed_until < :now)
                ORDER BY run_at, id LIMIT :limit {skip})
            RETURNING id, name, about, attempts, expires_at""",
        until=to_millis(now + lease),
        names=tuple(names),
        now=to_millis(now),
        limit=limit,
    )
    return [
        Job(id, name, orjson.loads(about), attempts, None if end is None else from_millis(end))
        for id, name, about, attempts, end in sorted(rows)
    ]


def done(tx: Tx, job: str) -> None:
    tx.run("DELETE FROM job WHERE id = :id", id=job)


def retry(tx: Tx, job: str, run_at: datetime) -> None:
    """Give it back, for later."""
    tx.run(
        "UPDATE job SET claimed_until = NULL, run_at = :run_at WHERE id = :id",
        id=job,
        run_at=to_millis(run_at),
    )


def drop_expired(tx: Tx, now: datetime, *, limit: int = 500) -> int:
    """Jobs whose time is over, unless somebody is at them."""
    return tx.run(
        """DELETE FROM job WHERE id IN (
               SELECT id FROM job WHERE expires_at <= :now
               AND (claimed_until IS NULL OR claimed_until < :now) LIMIT :limit)""",
        now=to_millis(now),
        limit=limit,
    )


def lag_of(tx: Tx, now: datetime) -> timedelta:
    """How late the most overdue job is: nothing while the workers keep up."""
    at = tx.value("SELECT min(run_at) FROM job WHERE run_at <= :now", now=to_millis(now))
    return timedelta(0) if at is None else now - from_millis(at)
