"""Events as they cross the wire, rendered from the object's present state.

A frame and a replay of the same event therefore say the same, and nothing deleted comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from realtime.clock import millis_to_iso
from realtime.db import Tx
from realtime.journal import Numbered

# A statement takes no more than 65,535 values on PostgreSQL.
_TOGETHER = 500
Fields = Mapping[str, object]
# Given some events of its kinds, what each carries beside `kind`, `topic`, `epoch`, `seq` and `at`:
# nothing where the object was erased. Its number counts, or every `sync` would stop there for ever.
Renderer = Callable[[Tx, Sequence[Numbered], datetime], Sequence[Fields]]


class Rendered(NamedTuple):
    """An event ready for the wire. `body` is its JSON; `fields` what its domain gave to it."""

    topic: str
    epoch: str
    seq: int
    kind: str
    object_id: str
    body: bytes
    fields: Fields
    region: str = ""


class Rendering:
    """Which domain renders which kind; filled by `app`."""

    def __init__(self, by_kind: Mapping[str, Renderer]) -> None:
        self._by_kind = dict(by_kind)

    def render(self, tx: Tx, events: Sequence[Numbered], now: datetime) -> list[Rendered]:
        """What events of one renderer tell of is read together, in a few statements for all. An
        alert told in a hundred cells is read and encoded once.
        """
        told: dict[tuple[str, ...], Numbered] = {}
        for event in events:
            told.setdefault(_same(event), event)
        by_renderer: dict[Renderer, list[tuple[str, ...]]] = defaultdict(list)
        for same, event in told.items():
            by_renderer[self._by_kind.get(event.kind, _bare)].append(same)
        known: dict[tuple[str, ...], tuple[Fields, dict[str, orjson.Fragment]]] = {}
        for renderer, all_same in by_renderer.items():
            found: list[Fields] = []
            for start in range(0, len(all_same), _TOGETHER):
                some = all_same[start : start + _TOGETHER]
                found += renderer(tx, [told[same] for same in some], now)
            for same, fields in zip(all_same, found, strict=True):
                encoded = {name: orjson.Fragment(orjson.dumps(fields[name])) for name in fields}
                known[same] = fields, encoded
        return [_render_one(event, *known[_same(event)]) for event in events]


def _render_one(
    event: Numbered, fields: Fields, encoded: Mapping[str, orjson.Fragment]
) -> Rendered:
    body = {
        "kind": event.kind,
        "topic": event.topic,
        "epoch": event.epoch,
        "seq": event.seq,
        "at": millis_to_iso(event.at),
        **encoded,
    }
    return Rendered(
        event.topic,
        event.epoch,
        event.seq,
        event.kind,
        event.object,
        orjson.dumps(body),
        fields,
        event.region,
    )


def _bare(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    """A kind of the next version, met while both run: its number counts, its words cannot."""
    return [{} for _ in events]


def _same(event: Numbered) -> tuple[str, ...]:
    """Events that say the same: of one kind and object, on topics of one family.

    An account's topic is its own: it may carry what its owner alone may see.
    """
    family = event.topic.partition(":")[0]
    heard_on = event.topic if family == "account" else family
    return event.kind, event.object, heard_on
