"""The doorbell between nodes. On one machine the node rings at its own door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from realtime.fanout.rendering import Rendered

# Our own events, ready to deliver.
Hear = Callable[[Sequence[Rendered]], None]
# Topics that moved elsewhere, with the seq they may have reached: a hint to read the journal.
Ring = Callable[[dict[str, int]], None]
# From now on a region is listened to, at first or again: what was said before rang nobody.
Joined = Callable[[], None]


# (topic, account): another node says that this account writes there. To be checked, not believed.
Typing = Callable[[str, str], None]


class Bus(Protocol):
    """Tells the nodes that follow their regions of committed events; may lose any of it."""

    def publish(self, events: Sequence[Rendered]) -> None:
        """After the commit. Never waits, never raises."""
        ...

    def listen(self, hear: Hear, ring: Ring, joined: Joined = lambda: None) -> None:
        """Who is given what is heard here. Called once, by `app`."""
        ...

    def follow(self, regions: Iterable[str]) -> None:
        """All regions of the topics that sessions of this node follow now."""
        ...

    def tell_typing(self, region: str, topic: str, account: str) -> None:
        """Somebody writes here. Never waits, never raises, may be lost."""
        ...

    def listen_to_typing(self, note: Typing) -> None:
        """Who is given the same from other nodes. Called once, by `app`."""
        ...

    async def run(self) -> None:
        """The bus's own loops; a task of the app."""
        ...

    def is_well(self) -> bool: ...


class InProcessBus:
    """The bus of a single node."""

    def __init__(self) -> None:
        self._hear: Hear | None = None

    def publish(self, events: Sequence[Rendered]) -> None:
        if self._hear is not None and events:
            self._hear(events)

    def listen(self, hear: Hear, ring: Ring, joined: Joined = lambda: None) -> None:
        self._hear = hear

    def follow(self, regions: Iterable[str]) -> None:
        """There is nobody else to hear from."""

    def tell_typing(self, region: str, topic: str, account: str) -> None:
        """There is nobody else to tell."""

    def listen_to_typing(self, note: Typing) -> None:
        """There is nobody else to hear from."""

    async def run(self) -> None:
        """Nothing to do."""

    def is_well(self) -> bool:
        return True
