"""One misfortune after another, drawn by lot from a seed; in the end everything is made good."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import redis

from tests.faults.campaign.house import NODES, House

Fault = Callable[["Nemesis"], Awaitable[None]]


class Nemesis:
    """Runs faults, one at a time; each heals what it hurt before it returns."""

    def __init__(
        self, house: House, seed: int, *, pause: float, faults: tuple[str, ...] = ()
    ) -> None:
        """`faults` by name; all of them when empty."""
        self.house = house
        self._faults = [fault for fault in FAULTS if not faults or fault.__name__ in faults]
        self.chance = random.Random(seed)
        self.counted: Counter[str] = Counter()
        self.done: list[tuple[str, float, float]] = []
        self.paused_until = 0.0
        self.now = ""
        self.is_over = False
        self.deaths = 0
        self._pause = pause
        self._bag: list[Fault] = []

    async def run(self) -> None:
        """Until `is_over`. Every fault once, in a drawn order, then again."""
        while not self.is_over:
            await asyncio.sleep(self._pause * (0.5 + self.chance.random()))
            if not self._bag:
                self._bag = list(self._faults)
                self.chance.shuffle(self._bag)
            fault = self._bag.pop()
            self.counted[fault.__name__] += 1
            begun, self.now = time.monotonic(), fault.__name__
            await fault(self)
            self.now = ""
            self.done.append((fault.__name__, begun, time.monotonic()))

    async def heal(self) -> None:
        """Everything runs and every cable carries."""
        self.house.cables.heal()
        for node in self.house.nodes:
            node.send(signal.SIGCONT)
        for number in range(NODES):
            await self.wait_for_node(number)

    async def keep_alive(self) -> None:
        """As systemd does: start what ended, by a fault or at a failpoint. Until cancelled."""
        while True:
            for node in self.house.nodes:
                if node.process is not None and not node.process.is_running():
                    self.deaths += 1
                    await asyncio.to_thread(node.start_only)
            await asyncio.sleep(0.3)

    async def wait_for_node(self, number: int) -> None:
        async with asyncio.timeout(90):
            while not await asyncio.to_thread(self.house.nodes[number].answers):
                await asyncio.sleep(0.2)

    @property
    def node(self) -> int:
        return self.chance.randrange(NODES)


async def kill_a_node(nemesis: Nemesis) -> None:
    number = nemesis.node
    nemesis.house.nodes[number].send(signal.SIGKILL)
    await asyncio.sleep(0.1)
    await nemesis.wait_for_node(number)


async def pause_a_node(nemesis: Nemesis) -> None:
    node = nemesis.house.nodes[nemesis.node]
    node.send(signal.SIGSTOP)
    await asyncio.sleep(1 + 3 * nemesis.chance.random())
    node.send(signal.SIGCONT)
    nemesis.paused_until = time.monotonic()


async def kill_redis(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.house.redis.kill9)
    await asyncio.sleep(2 * nemesis.chance.random())
    await asyncio.to_thread(nemesis.house.redis.start)


async def pause_redis(nemesis: Nemesis) -> None:
    nemesis.house.redis.process.send(signal.SIGSTOP)
    await asyncio.sleep(3 * nemesis.chance.random())
    nemesis.house.redis.process.send(signal.SIGCONT)


async def flush_redis(nemesis: Nemesis) -> None:
    await asyncio.to_thread(_ask_redis, nemesis.house.redis.port, "FLUSHALL")


async def cut_the_listeners(nemesis: Nemesis) -> None:
    await asyncio.to_thread(_ask_redis, nemesis.house.redis.port, "CLIENT KILL TYPE pubsub")


async def crash_the_database(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.house.postgres.kill9)
    await asyncio.to_thread(nemesis.house.postgres.start)


async def part_a_node_from_the_database(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "database", nemesis.chance.choice(("cut", "hang")), 2)


async def part_a_node_from_redis(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "redis", nemesis.chance.choice(("cut", "hang")), 3)


async def part_a_node_from_its_members(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "clients", nemesis.chance.choice(("cut", "hang")), 3)


async def slow_the_members(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "clients", "slow", 2)


async def reset_the_members(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "clients", "reset", 0)


async def _on_cable(nemesis: Nemesis, what: str, act: str, seconds: float) -> None:
    number = nemesis.house.cable_to(what, nemesis.node)
    nemesis.house.cables.do(number, act)
    await asyncio.sleep(seconds * (0.5 + nemesis.chance.random() / 2))
    nemesis.house.cables.do(number, "heal")


def _ask_redis(port: int, command: str) -> None:
    with (
        contextlib.suppress(redis.RedisError),
        redis.Redis(port=port, socket_timeout=2) as client,
    ):
        client.execute_command(command)


FAULTS: tuple[Fault, ...] = (
    kill_a_node,
    pause_a_node,
    kill_redis,
    pause_redis,
    flush_redis,
    cut_the_listeners,
    crash_the_database,
    part_a_node_from_the_database,
    part_a_node_from_redis,
    part_a_node_from_its_members,
    slow_the_members,
    reset_the_members,
)
