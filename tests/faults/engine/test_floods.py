"""Clients that send too much: disconnected with a reason, logged once, nobody else slowed."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from statistics import median, quantiles

import pytest
from structlog.testing import capture_logs

from tests.support.app import ROOT
from tests.support.engine import House, Wire, engine_house, eventually
from tests.support.flood import Sent
from tests.support.processes import Process, accepts, free_port, scratch, wait_until

FLOOD = [sys.executable, "-m", "tests.support.flood"]
WINDOW = 1.5
PAUSE = 0.05
# Below it nobody feels anything, and a busy machine has such moments by itself.
FLOOR = 0.01


async def test_a_flood_ends_with_a_reason_and_one_line():
    async with engine_house() as house:
        wire = await house.joined()
        with capture_logs() as logs:
            for _ in range(1_000):
                try:
                    await wire.send('42["x",{}]')
                except ConnectionError:
                    break
            await eventually(lambda: house.edge.left)
            await wire.closed()
        assert house.edge.left == ["too many packets"]
        assert [line["reason"] for line in logs if line["event"] == "socket_violation"] == [
            "too many packets"
        ]


@pytest.mark.parametrize("frame", ["ping", "pong"])
async def test_a_flood_of_websocket_control_frames_is_one_too(frame: str):
    async with engine_house() as house:
        wire = await house.joined()
        for _ in range(1_000):
            try:
                await getattr(wire.ws, frame)(b"?")
            except ConnectionError:
                break
        await eventually(lambda: house.edge.left)
        assert house.edge.left == ["too many packets"]


async def test_a_clients_burst_after_a_tunnel_is_no_flood():
    async with engine_house() as house:
        wire = await house.joined()
        for number in range(120):
            await wire.send(f'42{number}["x",{number}]')
        acks = [await wire.next() for _ in range(120)]
        assert [ack[: ack.index("[")] for ack in acks] == [f"43{n}" for n in range(120)]


async def test_full_queue_pauses_reading_and_loses_nothing():
    async with engine_house(limits_on=False) as house:
        wire = await house.joined()
        house.edge.gate = asyncio.Event()
        await wire.send('42["wait"]')
        for number in range(500):
            await wire.send(f'42["x",{number}]')
        await asyncio.sleep(0.2)
        [socket] = house.edge.sockets
        assert socket.commands is not None
        assert len(socket.commands) == 32
        assert socket.space is not None
        house.edge.gate.set()
        await eventually(lambda: len(house.edge.commands) == 501)
        assert [payload for _, payload in house.edge.commands[1:]] == list(range(500))
        assert socket.worker is None
        assert socket.commands is None


async def test_commands_run_without_an_ack_and_after_a_failure():
    async with engine_house() as house:
        wire = await house.joined()
        with capture_logs() as logs:
            await wire.send('421["fail"]')
            await wire.send('42["quiet",{"a":1}]')
            assert await wire.ack(2, "next", {"b": 2}) == {"ok": True, "echo": {"b": 2}}
        assert [name for name, _ in house.edge.commands] == ["fail", "quiet", "next"]
        assert [line["event"] for line in logs] == ["command_failed"]


async def test_an_address_has_a_share_of_sockets():
    async with engine_house(sockets_per_ip=3) as house:
        wires = [await house.joined() for _ in range(3)]
        async with house.http.get(house.url("polling")) as answer:
            assert answer.status == 429
            assert (await answer.json())["code"] == "too_many_sockets"
        await wires[0].ws.close()
        await eventually(lambda: house.engine.count == 2)
        await house.joined()


async def test_an_address_has_a_share_of_handshakes():
    async with engine_house(handshakes_per_minute=5) as house:
        for _ in range(5):
            await house.poll_session()
        async with house.http.get(house.url("polling")) as answer:
            assert answer.status == 429
            assert int(answer.headers["Retry-After"]) >= 1


async def test_switched_off_limits_leave_sizes_and_depths():
    async with engine_house(limits_on=False, sockets_per_ip=1, handshakes_per_minute=1) as house:
        wires = [await house.joined() for _ in range(10)]
        await wires[0].send("42" + "[" * 12 + "]" * 12)
        await wires[0].closed()
        await wires[1].send("4" + "x" * 70_000)
        await wires[1].closed()
        assert house.edge.left == ["broken packet", "packet too large"]


@pytest.fixture
def hall_apart() -> Iterator[tuple[int, Process]]:
    """The engine in a process of its own."""
    port = free_port()
    with scratch() as directory:
        process = Process([*FLOOD, "serve", str(port)], directory / "hall.log", cwd=ROOT)
        wait_until(lambda: accepts(port), 20, f"the hall is open ({process.log})")
        yield port, process
        process.stop()


async def slowest_of_a_hundred(wires: list[Wire], seconds: float) -> float:
    """The p99 of acks for honest clients, in seconds. Each asks in its own turn."""
    times: list[float] = []

    async def one(wire: Wire, place: float) -> None:
        await asyncio.sleep(place * PAUSE)
        number, until = 0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            started = time.perf_counter()
            await wire.ack(number, "x", {})
            times.append(time.perf_counter() - started)
            number += 1
            await asyncio.sleep(PAUSE)

    await asyncio.gather(*(one(wire, at / len(wires)) for at, wire in enumerate(wires)))
    return quantiles(times, n=100)[98]


async def under_attack(wires: list[Wire], port: int) -> tuple[float, Sent]:
    """The same, while an attacker in another process does what it can."""
    argv = [*FLOOD, "attack", str(port), str(WINDOW + 2 * PAUSE)]
    attacker = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, stdout=PIPE)
    assert attacker.stdout is not None
    assert await attacker.stdout.readline() == b"begun\n"
    found = await slowest_of_a_hundred(wires, WINDOW)
    said, _ = await asyncio.wait_for(attacker.communicate(), 20)
    return found, Sent(**json.loads(said))


@pytest.mark.timeout(90)
async def test_honest_clients_do_not_feel_an_attacker(hall_apart: tuple[int, Process]) -> None:
    port, process = hall_apart
    house = House(port)
    wires = [await house.joined() for _ in range(50)]
    quiet, attacked = [], []
    # In turn, and by their medians: one hiccup of the machine decides nothing.
    for _ in range(5):
        quiet.append(await slowest_of_a_hundred(wires, WINDOW))
        found, sent = await under_attack(wires, port)
        attacked.append(found)
        assert sent.events >= 5_000 * sent.seconds, sent
        assert sent.sessions > 2, sent
    await house.http.close()
    logged = process.said().count("socket_violation")
    print("p99 in seconds, quiet and attacked:", quiet, attacked, sent, logged)
    assert median(attacked) <= max(2 * median(quiet), FLOOR), (attacked, quiet)
