"""The push service beside a test that has no event loop of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.loop_beside import LoopBeside, loop_beside
from tests.support.push_service import Got, PushService, Vendor


class Beside:
    """`service` lives in its thread's loop; messages are read from here."""

    def __init__(self, service: PushService, loop: LoopBeside) -> None:
        self.service = service
        self._loop = loop

    def wait_for(self, count: int, seconds: float = 20) -> list[Got]:
        return self._loop.run(self.service.wait_for(count, seconds), seconds + 5)


@contextmanager
def push_service_beside(vendor: Vendor = "google") -> Iterator[Beside]:
    service = PushService(vendor)
    with loop_beside() as loop:
        loop.run(service.__aenter__())
        try:
            yield Beside(service, loop)
        finally:
            loop.run(service.__aexit__())
