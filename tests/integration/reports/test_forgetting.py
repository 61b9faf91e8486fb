"""A report holds words that may be nowhere else: for a year, and no longer."""

from __future__ import annotations

from realtime.db import Database
from realtime.ids import new_ulid
from realtime.reports.actions import forget_old, report
from realtime.reports.store import find_report
from realtime.wire.reports import Report
from tests.support.residents import Town, member


async def test_a_report_is_forgotten_after_a_year(database: Database) -> None:
    town, ada = Town(database), member("gbwc9z1")
    asked = Report(
        key=new_ulid(town.now),
        kind="message",
        id=new_ulid(town.now),
        reason="harassment",
        note="Tous les soirs",
    )
    snapshot = {"text": "Une menace"}
    own = (await town.act(lambda tx, now: report(tx, ada, asked, snapshot, now))).value
    town.later(days=365)
    assert await database.write(forget_old, town.now) == 0
    assert await database.read(find_report, own) is not None
    town.later(seconds=1)
    assert await database.write(forget_old, town.now) == 1
    assert await database.read(find_report, own) is None
