"""A device that lives by events alone, to be held beside one that asks for everything anew."""

from __future__ import annotations

from tests.support.clients import Client, Json
from tests.support.model import Held, fetched

# Two devices agree within 2 s; a busy machine is forgiven as much again, and one more.
AGREED = 5.0


class Device:
    """A device that lives by events alone: what it holds, and how far it has applied them."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.held: Held | None = None
        self.applied: dict[str, int] = {}

    async def look(self) -> None:
        """Everything anew: at first, and when rooms came or went."""
        await self.client.sync()
        self.held = await fetched(self.client)
        for topic, state in self.held.topics.items():
            self.client.positions[topic] = (state["epoch"], state["head"])
        self.applied = {topic: len(events) for topic, events in self.client.log.items()}

    async def follow(self, fresh: Held) -> None:
        """Wait for the last event of each topic and apply what came; where rooms came or went,
        look at everything anew, as an app does."""
        assert self.held is not None
        if set(self.held.topics) != set(fresh.topics) or self.client.reloaded:
            await self._look_again()
            return
        own = f"account:{fresh.me['account']}"
        await self._reach(fresh, [own])
        if any(event["kind"] == "account.changed" for event in self._new(own)):
            # A home that was left and found again: what came meanwhile is asked for.
            await self.client.sync()
        await self._reach(fresh, list(fresh.topics))
        # The account's own first: it tells of rooms that came and went meanwhile.
        for topic in sorted(fresh.topics, key=lambda name: not name.startswith("account:")):
            new = self._new(topic)
            self.applied[topic] = self.applied.get(topic, 0) + len(new)
            for event in new if topic in self.held.topics else ():
                self.held.apply(event)
        if set(self.held.topics) != set(fresh.topics) or self.held.gained:
            await self._look_again()

    def _new(self, topic: str) -> list[Json]:
        return self.client.log.get(topic, [])[self.applied.get(topic, 0) :]

    async def _reach(self, fresh: Held, topics: list[str]) -> None:
        heads = {topic: fresh.topics[topic]["head"] for topic in topics}
        await self.client.wait_until(
            lambda: all(self.client.positions[t][1] >= head for t, head in heads.items()),
            "the last event of every topic",
            within=AGREED,
        )

    async def _look_again(self) -> None:
        self.client.reloaded.clear()
        await self.look()
