"""Report, and write to the operator. The edge has asked whether the reporter may see the object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson

from realtime.clock import to_iso
from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.mail import Letter
from realtime.members.model import Member
from realtime.outbox import add
from realtime.reports import store
from realtime.reports.model import Report, number_of
from realtime.wire import reports as wire

JOB = "mail.report"
# Long enough to answer for what was said; its words may be gone everywhere else.
KEPT = timedelta(days=365)
CHUNK = 500


def report(
    tx: Tx, member: Member, asked: wire.Report, snapshot: Mapping[str, object], now: datetime
) -> Changed[str]:
    """Kept, and mailed to the operator by the worker. Its id; nobody else hears of it."""
    report_id = new_ulid(now)
    store.add_report(
        tx,
        Report(
            id=report_id,
            number=number_of(report_id),
            reporter=member.account,
            household=member.household,
            kind=asked.kind,
            about=asked.id,
            reason=asked.reason,
            note=asked.note,
            snapshot=snapshot,
            at=now,
        ),
    )
    add(tx, JOB, {"report": report_id}, now)
    return Changed(report_id)


def compose(tx: Tx, about: Mapping[str, object], operator: str) -> Letter | None:
    """The operator's mail; None when the report is gone."""
    kept = store.find_report(tx, str(about["report"]))
    if kept is None:
        return None
    fields = {
        "number": kept.number,
        "kind": kept.kind,
        "object": kept.about,
        "reason": kept.reason,
        "note": kept.note,
        "snapshot": orjson.dumps(kept.snapshot, option=orjson.OPT_INDENT_2).decode(),
        "reporter": kept.reporter,
        "households": str(store.count_households(tx, kept.kind, kept.about)),
        "at": to_iso(kept.at),
    }
    return Letter(operator, "fr", "reported", fields)


def forget_old(tx: Tx, now: datetime) -> int:
    """A schedule of the worker."""
    return store.forget_old(tx, now - KEPT, CHUNK)
