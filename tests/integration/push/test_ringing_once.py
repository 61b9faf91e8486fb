"""However often its job runs, and however long it takes, an alert rings each phone once."""

from __future__ import annotations

import pytest

from realtime.push.runs.store import list_runs
from realtime.worker import deciding
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import Town, member


async def test_a_job_that_comes_twice_rings_once(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    await raise_one(town, ada)
    await town.db.write(
        lambda tx: tx.run(
            """INSERT INTO job (id, name, about, run_at, expires_at)
               SELECT '7' || substr(id, 2), name, about, run_at, expires_at FROM job
               WHERE name = 'push.alert'"""
        )
    )
    await line.work()
    assert len(google.of(phone)) == 1


async def test_a_town_that_takes_long_is_handed_on_and_rings_once(
    town: Town, line: Line, google: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 2)
    monkeypatch.setattr(deciding, "LONGEST_SECONDS", 0.0)
    ada, *others = [member(HOME) for _ in range(6)]
    await town.settle(ada, *others)
    phones = [await line.subscribe(one, google) for one in others]
    alert = await raise_one(town, ada)
    await line.work()
    assert [len(google.of(phone)) for phone in phones] == [1] * 5
    (run,) = await town.db.read(list_runs, alert)
    assert run.phones == run.accepted == 5


async def test_no_more_is_decided_than_is_sent_soon(
    town: Town, line: Line, google: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sends: what is decided is what may wait, and those whose turn it was."""
    monkeypatch.setattr(deciding, "AT_ONCE", 1)
    monkeypatch.setattr(deciding, "_AHEAD", 1)
    monkeypatch.setattr(deciding, "LONGEST_SECONDS", 0.5)
    ada, *others = [member(HOME) for _ in range(11)]
    await town.settle(ada, *others)
    await line.awake(*others)
    phones = [await line.subscribe(one, google) for one in others]
    alert = await raise_one(town, ada)
    await line.runner.run_due()
    (run,) = await town.db.read(list_runs, alert)
    assert 2 <= run.phones <= 4
    await line.work()
    assert [len(google.of(phone)) for phone in phones] == [1] * 10
