"""Joining, slicing and overtaking: each recipient hears a key's frames once, in order."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from realtime.engine import fan_out
from realtime.engine.fan_out import FanOut
from realtime.engine.frames import Frame, packet_frame


class Ear:
    """Stands in for a socket: remembers what it was sent, and in how many writes."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.writes = 0

    def send(self, frame: Frame) -> None:
        self.heard.extend(frame.packets)
        self.writes += 1

    _transport = _protocol = None  # everything goes through `send`


def hall(**keys: list[Ear]) -> Any:
    audiences: Any = keys
    return FanOut(lambda key: audiences[key])


async def quiet(fan: FanOut) -> None:
    """Until nothing is planned any more."""
    while fan._timer is not None or fan._posted or fan._walks:
        await asyncio.sleep(0.001)


def frame(number: int) -> Frame:
    return packet_frame(b"%d" % number)


async def test_an_idle_post_leaves_on_the_next_tick():
    ear = Ear()
    fan = hall(room=[ear])
    fan.post("room", frame(1))
    assert ear.heard == []
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ear.heard == [b"1"]


async def test_a_burst_is_joined():
    ears = [Ear() for _ in range(10)]
    fan = hall(room=ears)
    for number in range(100):
        fan.post("room", frame(number))
    await quiet(fan)
    assert all(ear.heard == [b"%d" % number for number in range(100)] for ear in ears)
    assert all(ear.writes == 1 for ear in ears)


async def test_posts_soon_after_a_flush_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fan_out, "WINDOW_SECONDS", 0.5)  # also "soon" on a busy machine
    ear = Ear()
    fan = hall(room=[ear])
    fan.post("room", frame(0))
    await asyncio.sleep(0.001)
    fan.post("room", frame(1))
    await asyncio.sleep(0)
    fan.post("room", frame(2))
    await quiet(fan)
    assert ear.heard == [b"0", b"1", b"2"]
    assert ear.writes == 2


async def test_a_flush_before_the_recipients_change_is_complete_at_once():
    before, after = Ear(), Ear()
    audience = [before]
    fan = FanOut(lambda key: audience)  # type: ignore[arg-type,return-value]
    fan.post("room", frame(1))
    fan.flush("room")
    audience.append(after)
    fan.post("room", frame(2))
    fan.flush()
    assert (before.heard, after.heard) == ([b"1", b"2"], [b"2"])


async def test_an_alert_overtakes_a_long_walk_of_another_key():
    crowd, few = [Ear() for _ in range(5_000)], [Ear()]
    fan = hall(street=crowd, area=few)
    fan.post("street", frame(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not crowd[-1].heard
    fan.post("area", frame(9), urgent=True)
    await asyncio.sleep(0)
    assert few[0].heard == [b"9"]
    assert not crowd[-1].heard
    await quiet(fan)
    assert all(ear.heard == [b"1"] for ear in crowd)


async def test_an_alert_to_many_cells_lets_the_loop_breathe():
    cells = {f"area {number}": [Ear() for _ in range(100)] for number in range(60)}
    fan = hall(**cells)
    for cell in cells:
        fan.post(cell, frame(1), urgent=True)
    turns = 0
    while fan._walks:
        heard = sum(len(ear.heard) for ears in cells.values() for ear in ears)
        await asyncio.sleep(0)
        assert sum(len(ear.heard) for ears in cells.values() for ear in ears) - heard <= 512
        turns += 1
    assert turns >= 6_000 / 512
    assert all(ear.heard == [b"1"] for ears in cells.values() for ear in ears)


async def test_an_urgent_frame_never_overtakes_its_own_key():
    crowd = [Ear() for _ in range(2_000)]
    fan = hall(area=crowd)
    fan.post("area", frame(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    fan.post("area", frame(2))
    fan.post("area", frame(3), urgent=True)
    await quiet(fan)
    assert all(ear.heard == [b"1", b"2", b"3"] for ear in crowd)


async def test_a_small_room_moves_while_a_large_one_is_walked():
    large, small = [Ear() for _ in range(5_000)], [Ear()]
    fan = hall(large=large, small=small)
    fan.post("large", frame(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    fan.post("small", frame(2))
    for _ in range(3):
        await asyncio.sleep(0)
    assert small[0].heard == [b"2"]
    assert not large[-1].heard
    await quiet(fan)


async def test_whatever_happens_each_ear_hears_each_key_in_order_once():
    dice = random.Random(7)
    keys = {
        f"k{number}": [Ear() for _ in range(dice.choice([1, 300, 1_500]))] for number in range(5)
    }
    fan = hall(**keys)
    posted: dict[str, list[bytes]] = {key: [] for key in keys}
    for number in range(2_000):
        key = dice.choice(list(keys))
        act = dice.random()
        if act < 0.9:
            fan.post(key, frame(number), urgent=act < 0.05)
            posted[key].append(b"%d" % number)
        elif act < 0.95:
            fan.flush(key if act < 0.94 else None)
        else:
            await asyncio.sleep(0)
    await quiet(fan)
    assert all(ear.heard == posted[key] for key, ears in keys.items() for ear in ears)
