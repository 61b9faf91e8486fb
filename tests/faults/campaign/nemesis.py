"""One misfortune after another, drawn by lot from a seed; in the end everything is made good."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from tests.faults.campaign.device import Device
from tests.faults.campaign.house import NODES, House

Fault = Callable[["Nemesis"], Awaitable[None]]


class Nemesis:
    """Runs faults, one at a time; each heals what it hurt before it returns.

    `sign_out` and `take_out` take a member's right away, to all or to a group, in mid-fault.
    """

    def __init__(
        self,
        house: House,
        devices: Sequence[Device],
        sign_out: Callable[[], Awaitable[None]],
        take_out: Callable[[], Awaitable[None]],
        seed: int,
        *,
        pause: float,
        faults: Sequence[Fault],
    ) -> None:
        self.house = house
        self.devices = devices
        self.sign_out = sign_out
        self.take_out = take_out
        self.chance = random.Random(seed)
        self.counted: Counter[str] = Counter()
        self.done: list[tuple[str, float, float]] = []
        self.now = ""
        self.is_over = False
        self.deaths = 0
        self._faults = faults
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

    def has_done_all(self) -> bool:
        return len(self.counted) >= len(self._faults)

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
            await asyncio.sleep(0.1)

    async def wait_for_node(self, number: int) -> None:
        async with asyncio.timeout(90):
            while not await asyncio.to_thread(self.house.nodes[number].answers):
                await asyncio.sleep(0.1)

    @property
    def node(self) -> int:
        return self.chance.randrange(NODES)
