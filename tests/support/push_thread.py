"""The push service beside a test that has no event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.push_service import Got, PushService, Vendor


class Beside:
    """`service` lives in its thread's loop; messages are read from here."""

    def __init__(self, service: PushService, loop: asyncio.AbstractEventLoop) -> None:
        self.service = service
        self._loop = loop

    def wait_for(self, count: int, seconds: float = 20) -> list[Got]:
        waiting = asyncio.run_coroutine_threadsafe(
            self.service.wait_for(count, seconds), self._loop
        )
        return waiting.result(seconds + 5)


@contextmanager
def push_service_beside(vendor: Vendor = "google") -> Iterator[Beside]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    service = PushService(vendor)
    asyncio.run_coroutine_threadsafe(service.__aenter__(), loop).result(10)
    try:
        yield Beside(service, loop)
    finally:
        asyncio.run_coroutine_threadsafe(service.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
