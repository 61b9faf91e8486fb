"""The regions of the topics followed on this node, counted: what to subscribe to, what to ask for.

A place's or an account's region is in the name of its topic. A group or a direct thread keeps its
creator's for ever: the database is asked once, when it is first followed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from realtime.journal import region_of


class Regions:
    """`on_new(region)` is called for the first topic of a region, `on_unplaced()` for a topic whose
    region must be asked for. Event loop only.
    """

    def __init__(
        self, on_new: Callable[[str], None], on_unplaced: Callable[[], None] = lambda: None
    ) -> None:
        self._on_new = on_new
        self._on_unplaced = on_unplaced
        self._counted: Counter[str] = Counter()
        self._placed: dict[str, str] = {}
        self._unplaced: set[str] = set()

    def come(self, topic: str) -> None:
        """The topic is followed from now on."""
        region = region_of(topic)
        if region is None:
            self._unplaced.add(topic)
            self._on_unplaced()
        else:
            self._count(region)

    def go(self, topic: str) -> None:
        """Nobody here follows it any more."""
        self._unplaced.discard(topic)
        region = region_of(topic) or self._placed.pop(topic, None)
        if region is None:
            return
        self._counted[region] -= 1
        if not self._counted[region]:
            del self._counted[region]

    def place(self, found: Mapping[str, str]) -> None:
        """What the database says of `unplaced`. A topic that went meanwhile is left out."""
        for topic, region in found.items():
            if topic in self._unplaced:
                self._unplaced.discard(topic)
                self._placed[topic] = region
                self._count(region)

    @property
    def unplaced(self) -> list[str]:
        return sorted(self._unplaced)

    def all(self) -> list[str]:
        return sorted(self._counted)

    def _count(self, region: str) -> None:
        self._counted[region] += 1
        if self._counted[region] == 1:
            self._on_new(region)
