"""Three households say that an alert is unfounded: no phone rings, and the operator reads it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from realtime.alerts.sightings import actions as sightings
from realtime.db import Tx
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.worker.alerts import alert_jobs
from realtime.worker.runner import Runner
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.phones import Letters, Line
from tests.support.push_service import PushService
from tests.support.residents import RIGHTS, Town, member


async def test_what_three_households_dispute_rings_nobody_and_the_operator_reads_it(
    town: Town, line: Line, google: PushService
) -> None:
    ada, *others = (member(HOME) for _ in range(4))
    await town.settle(ada, *others)
    phone = await line.subscribe(others[0], google)
    alert = await raise_one(town, ada, body="Il a sonné chez nous")
    for one in others:
        await town.act(partial(_dispute, one, alert))
    await line.work()
    assert google.of(phone) == []
    letters, clock = Letters(), line.jobs.clock
    jobs = alert_jobs(town.db, clock, letters, "operator@example.org", "https://palier.example")
    while await Runner(town.db, clock, jobs).run_due():
        pass
    (letter,) = letters.sent
    assert (letter.to, letter.template) == ("operator@example.org", "disputed")
    assert letter.fields["body"] == "Il a sonné chez nous"
    assert letter.fields["link"] == f"https://palier.example/alertes/{alert}"


def _dispute(by: Member, alert: str, tx: Tx, now: datetime) -> Changed[str]:
    return sightings.dispute(tx, by, RIGHTS, alert, now)
