"""The wheel visits in time, and keeps nothing alive that left."""

from __future__ import annotations

import asyncio

from realtime.engine.wheel import TICK_SECONDS, Wheel


class Guest:
    """Remembers when it was visited."""

    def __init__(self, again: float | None = None) -> None:
        self.slot = -1
        self.again = again
        self.visits: list[float] = []

    def visit(self) -> float | None:
        self.visits.append(asyncio.get_running_loop().time())
        return self.again


async def test_a_visit_comes_in_time_and_at_most_two_ticks_early():
    wheel, loop = Wheel(5), asyncio.get_running_loop()
    await asyncio.sleep(0.03)
    guests = {seconds: Guest() for seconds in (0.3, 0.55, 0.9)}
    started = loop.time()
    for seconds, guest in guests.items():
        wheel.add(guest, seconds)
    await asyncio.sleep(1.1)
    for seconds, guest in guests.items():
        [at] = guest.visits
        assert seconds - 2 * TICK_SECONDS <= at - started <= seconds + TICK_SECONDS


async def test_a_removed_guest_is_not_visited():
    wheel, guest = Wheel(5), Guest()
    wheel.add(guest, 0.2)
    wheel.remove(guest)
    wheel.remove(guest)
    await asyncio.sleep(0.4)
    assert guest.visits == []


async def test_a_later_appointment_replaces_the_earlier_one():
    wheel, guest = Wheel(5), Guest()
    wheel.add(guest, 0.2)
    wheel.add(guest, 0.6)
    await asyncio.sleep(0.4)
    assert guest.visits == []
    await asyncio.sleep(0.4)
    assert len(guest.visits) == 1


async def test_thousands_in_one_slot_are_all_visited_while_others_run():
    wheel, guests = Wheel(5), [Guest() for _ in range(5_000)]
    for guest in guests:
        wheel.add(guest, 0.2)
    await asyncio.sleep(0.5)
    assert all(len(guest.visits) == 1 for guest in guests)


async def test_an_empty_wheel_has_no_timer():
    wheel = Wheel(5)
    wheel.add(Guest(), 0.1)
    await asyncio.sleep(0.4)
    assert wheel._timer is None


async def test_a_guest_that_asks_is_visited_again():
    wheel, guest = Wheel(5), Guest(again=0.2)
    wheel.add(guest, 0.2)
    await asyncio.sleep(0.75)
    assert len(guest.visits) >= 3
    wheel.remove(guest)
