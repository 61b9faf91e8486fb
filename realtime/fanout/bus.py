"""The doorbell between nodes. On one machine the node rings at its own door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from realtime.fanout.rendering import Rendered

Hear = Callable[[Sequence[Rendered]], None]


class Bus(Protocol):
    """Carries committed events to the nodes that follow their regions; may lose any."""

    def publish(self, events: Sequence[Rendered]) -> None:
        """After the commit. Never waits, never raises."""
        ...

    def listen(self, hear: Hear) -> None:
        """Who gets what is heard here, our own events included. Called once, by `app`."""
        ...

    def follow(self, regions: Iterable[str]) -> None:
        """The regions of the topics that sessions of this node follow."""
        ...

    def is_well(self) -> bool: ...


class InProcessBus:
    """The bus of a single node."""

    def __init__(self) -> None:
        self._hear: Hear | None = None

    def publish(self, events: Sequence[Rendered]) -> None:
        if self._hear is not None and events:
            self._hear(events)

    def listen(self, hear: Hear) -> None:
        self._hear = hear

    def follow(self, regions: Iterable[str]) -> None:
        """There is nobody else to hear from."""

    def is_well(self) -> bool:
        return True
