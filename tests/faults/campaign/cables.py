"""The cables between all programs, in a process of their own: bytes cost the clients nothing.

`python -m tests.faults.campaign.cables PORT…` prints one JSON line with the near ends' ports, then
obeys lines on standard input: [number, "cut" | "hang" | "slow" | "heal" | "reset"].
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from pathlib import Path

import uvloop

from tests.support.link import Link

ROOT = Path(__file__).parents[3]


async def carry(targets: list[int]) -> None:
    """Until standard input ends."""
    async with contextlib.AsyncExitStack() as stack:
        links = [await stack.enter_async_context(Link(target)) for target in targets]
        print(json.dumps([link.port for link in links]), flush=True)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            number, act = json.loads(line)
            if act == "slow":
                links[number].slow(0.05)
            else:
                getattr(links[number], act)()


class Cables:
    """The same, seen from the campaign."""

    def __init__(self, targets: list[int]) -> None:
        argv = [sys.executable, "-m", "tests.faults.campaign.cables", *map(str, targets)]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self._process.stdout is not None
        self.ports: list[int] = json.loads(self._process.stdout.readline())

    def do(self, number: int, act: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([number, act]) + "\n")
        self._process.stdin.flush()

    def heal(self) -> None:
        for number in range(len(self.ports)):
            self.do(number, "heal")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(carry([int(port) for port in sys.argv[1:]]))
