"""The SQL of reports: one function per query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.reports.model import Report


def add_report(tx: Tx, report: Report) -> None:
    tx.run(
        """INSERT INTO report (id, number, reporter, household, kind, object, reason, note,
               snapshot, at)
           VALUES (:id, :number, :reporter, :household, :kind, :object, :reason, :note,
               :snapshot, :at)""",
        id=report.id,
        number=report.number,
        reporter=report.reporter,
        household=report.household,
        kind=report.kind,
        object=report.about,
        reason=report.reason,
        note=report.note,
        snapshot=orjson.dumps(report.snapshot).decode(),
        at=to_millis(report.at),
    )


def find_report(tx: Tx, report_id: str) -> Report | None:
    row = tx.find(
        """SELECT id, number, reporter, household, kind, object, reason, note, snapshot, at
           FROM report WHERE id = :id""",
        id=report_id,
    )
    if row is None:
        return None
    *plain, snapshot, at = row
    names = ("id", "number", "reporter", "household", "kind", "about", "reason", "note")
    fields: dict[str, Any] = dict(zip(names, plain, strict=True))
    return Report(**fields, snapshot=orjson.loads(snapshot), at=from_millis(at))


def forget_old(tx: Tx, before: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM report WHERE id IN (
               SELECT id FROM report WHERE at < :before LIMIT :limit)""",
        before=to_millis(before),
        limit=limit,
    )


def count_households(tx: Tx, kind: str, object_id: str) -> int:
    """How many households reported the same."""
    count: int = tx.value(
        "SELECT count(DISTINCT household) FROM report WHERE kind = :kind AND object = :object",
        kind=kind,
        object=object_id,
    )
    return count
