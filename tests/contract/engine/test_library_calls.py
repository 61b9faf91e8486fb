"""python-socketio's own calls work on our sockets: rooms, emit, disconnect."""

from __future__ import annotations

import pytest
import socketio

from tests.support.engine import House, engine_house, eventually


async def joined_ids(house: House, count: int):
    wires, ids = [], []
    for _ in range(count):
        known = {socket.id for socket in house.edge.sockets}
        wires.append(await house.joined())
        await eventually(lambda: len(house.edge.sockets) == len(wires))
        ids.append(({socket.id for socket in house.edge.sockets} - known).pop())
    return wires, ids


async def test_a_room_hears_what_is_emitted_to_it():
    async with engine_house() as house:
        (anna, ben, cleo), ids = await joined_ids(house, 3)
        server = house.engine.server
        await server.enter_room(ids[0], "stairs")
        await server.enter_room(ids[1], "stairs")
        await server.enter_room(ids[1], "yard")
        await server.emit("hello", {"n": 1}, room="stairs", skip_sid=ids[0])
        await server.emit("hello", {"n": 2}, room=["stairs", "yard"])
        await server.emit("hello", {"n": 3})
        await server.emit("hello", {"n": 4}, to=ids[2])
        assert [await anna.next() for _ in range(2)] == [
            '42["hello",{"n":2}]', '42["hello",{"n":3}]',
        ]  # fmt: skip
        assert [await ben.next() for _ in range(3)] == [
            '42["hello",{"n":1}]', '42["hello",{"n":2}]', '42["hello",{"n":3}]',
        ]  # fmt: skip
        assert [await cleo.next() for _ in range(2)] == [
            '42["hello",{"n":3}]', '42["hello",{"n":4}]',
        ]  # fmt: skip


async def test_rooms_are_left_closed_and_forgotten():
    async with engine_house() as house:
        (anna, _), ids = await joined_ids(house, 2)
        server = house.engine.server
        for sid in ids:
            await server.enter_room(sid, "stairs")
            await server.enter_room(sid, "yard")
        assert server.rooms(ids[0]) == [ids[0], "stairs", "yard"] or set(server.rooms(ids[0])) == {
            ids[0],
            "stairs",
            "yard",
        }
        await server.leave_room(ids[0], "stairs")
        await server.close_room("yard")
        assert server.rooms(ids[0]) == [ids[0]]
        assert server.rooms(ids[1]) == [ids[1], "stairs"]
        await server.disconnect(ids[0])
        assert await anna.next() == "41"
        assert house.edge.left == ["server disconnect"]
        with pytest.raises(ValueError, match="not connected"):
            await server.enter_room(ids[0], "stairs")


async def test_leaving_costs_as_many_steps_as_one_is_in_rooms(monkeypatch: pytest.MonkeyPatch):
    async with engine_house() as house:
        (anna, _), ids = await joined_ids(house, 2)
        roster = house.engine.server.roster
        for number in range(10_000):
            await house.engine.server.enter_room(ids[1], f"room {number}")
        await house.engine.server.enter_room(ids[0], "room 7")
        dropped: list[str] = []
        monkeypatch.setattr(roster, "_drop", lambda room, socket: dropped.append(room))
        await anna.ws.close()
        await eventually(lambda: house.edge.left)
        assert dropped == ["room 7"]


def test_our_classes_are_the_librarys():
    from realtime.engine.server import Server
    from realtime.engine.socket import Socket
    from realtime.engine.transport import Transport

    assert issubclass(Server, socketio.AsyncServer)
    assert {
        base.__module__.partition(".")[0] for base in (*Socket.__mro__, *Transport.__mro__)
    } >= {"engineio"}
