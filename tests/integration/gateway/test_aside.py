"""A child process draws large coverings; a client never waits for one that died."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from functools import partial

import pytest
from structlog.testing import capture_logs

from realtime.alerts.area import reached_by
from realtime.errors import Overloaded, Refused
from realtime.geo import aside as module
from realtime.geo.aside import Aside

PLACE = (-1.68, 48.11)
FAR = partial(reached_by, "lost_dog", PLACE, 5_000, None, official=False)


@pytest.fixture
async def aside() -> AsyncIterator[Aside]:
    one = Aside()
    yield one
    await one.close()


async def test_it_answers_what_a_thread_would(aside: Aside) -> None:
    assert await aside.run(FAR) == await asyncio.to_thread(FAR)
    assert await aside.run(os.getpid) != os.getpid()


async def test_a_refusal_comes_back_as_it_was_made(aside: Aside) -> None:
    too_far = partial(reached_by, "lost_dog", PLACE, 50_000, None, official=False)
    with pytest.raises(Refused) as refusal:
        await aside.run(too_far)
    assert (refusal.value.code, refusal.value.fields) == ("area_too_large", {"radius_m": 5_000})


async def test_one_that_died_is_replaced(aside: Aside) -> None:
    died = await aside.run(os.getpid)
    with pytest.raises(Overloaded):
        await aside.run(partial(signal.raise_signal, signal.SIGKILL))
    assert await aside.run(os.getpid) != died


async def test_one_that_hangs_is_given_up(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> None:
    hung = await aside.run(os.getpid)
    monkeypatch.setattr(module, "WITHIN_SECONDS", 0.2)
    with pytest.raises(Overloaded), capture_logs() as said:
        await aside.run(signal.pause)
    assert [(one["event"], one["error"]) for one in said] == [("covering_failed", "TimeoutError()")]
    monkeypatch.undo()
    assert await aside.run(os.getpid) != hung


async def test_who_gave_up_waiting_does_not_get_the_next_ones_answer(aside: Aside) -> None:
    await aside.run(os.getpid)
    asking = asyncio.create_task(aside.run(signal.pause))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await aside.run(FAR) == await asyncio.to_thread(FAR)


async def test_nobody_waits_for_ever_for_a_turn(
    aside: Aside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WITHIN_SECONDS", 0.2)
    async with asyncio.timeout(5), aside._free:
        with pytest.raises(Overloaded):
            await aside.run(os.getpid)
    monkeypatch.undo()
    assert await aside.run(os.getpid) != os.getpid()


async def test_no_more_wait_than_can_be_answered_in_time(
    aside: Aside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0)
    with pytest.raises(Overloaded):
        await aside.run(os.getpid)
