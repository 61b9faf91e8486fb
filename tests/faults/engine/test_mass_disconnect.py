"""Everybody leaves at once: the cost grows with the leavers, not with their square."""

from __future__ import annotations

import asyncio
import time

from tests.support.engine import House, Wire, engine_house, eventually


async def join_in_rooms(house: House, count: int) -> list[Wire]:
    """Clients that are each alone in a room of the library's."""
    wires = [await house.joined() for _ in range(count)]
    await eventually(lambda: len(house.edge.sockets) == count)
    for number, socket in enumerate(list(house.edge.sockets)):
        await house.engine.server.enter_room(socket.id, f"flat {number}")
    return wires


async def seconds_to_leave(count: int) -> float:
    async with engine_house(limits_on=False) as house:
        wires = await join_in_rooms(house, count)
        sockets = list(house.edge.sockets)
        started = time.process_time()
        for socket in sockets:
            socket.close("transport close")
        taken = time.process_time() - started
        assert house.edge.left == ["transport close"] * count
        assert house.engine.server.roster._members == {}
        assert house.engine.count == 0
        await asyncio.gather(*(wire.closed() for wire in wires))
        return taken


async def test_four_times_the_leavers_cost_about_four_times_as_much():
    few, many = await seconds_to_leave(100), await seconds_to_leave(400)
    # The square would be sixteen times; the floor keeps clock ticks from deciding.
    assert many <= max(8 * few, 0.05)
