"""Several `serve` processes over one database and one Redis, and members who move between them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import socketio

from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client
from tests.support.processes import wait_until
from tests.support.redis_ear import searched_redis

SECRET = "a secret that all nodes of the tests share, 32 bytes or more"
# As the web client: full jitter, doubling from half a second.
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 10.0


@contextlib.contextmanager
def nodes(
    directory: Path,
    count: int,
    *,
    database_url: str,
    redis_url: str = "",
    settings: Mapping[str, str] | None = None,
) -> Iterator[list[ServerProcess]]:
    """`count` running nodes, started together; what they say to Redis is searched too."""
    shared = {"PALIER_SECRET": SECRET, "PALIER_REDIS_URL": redis_url} | dict(settings or {})
    started = []
    with contextlib.ExitStack() as at_the_end:
        if redis_url:
            at_the_end.enter_context(searched_redis(redis_url))
        for number in range(count):
            home = directory / f"node{number}"
            home.mkdir()
            started.append(ServerProcess(home, database_url=database_url, settings=shared))
            at_the_end.push(started[-1])
        for node in started:
            node.start_only()
        for node in started:
            wait_until(node.is_ready, 60, f"the node is ready ({node.log})")
        yield started


class Roamer(Client):
    """A member whose app, when the line breaks, tries the next node until one takes it."""

    def __init__(self, origins: list[str], member: Resident, *, at: int = 0, **more: list[str]):
        super().__init__(origins[at], member.token, **more)
        self.origins = origins
        self.current_at = time.monotonic()
        self._keeper: asyncio.Task[None] | None = None

    async def live(self) -> Roamer:
        """Connect, and stay connected until `rest`."""
        await self.connect()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def rest(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self.close()

    async def _keep(self) -> None:
        while True:
            await self.disconnected.wait()
            await self._return()

    async def _return(self) -> None:
        attempt = 0
        while True:
            bound = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)
            await asyncio.sleep(random.random() * bound)
            attempt += 1
            others = [origin for origin in self.origins if origin != self.origin]
            self.origin = random.choice(others or self.origins)
            try:
                await self._close_session()
                await self.connect()
            except (socketio.exceptions.SocketIOError, TimeoutError, AssertionError, OSError):
                continue
            return
