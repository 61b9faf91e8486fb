"""Events as they cross the wire, rendered from the object's present state.

A frame and a replay of the same event therefore say the same, and nothing deleted comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from realtime.clock import millis_to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Numbered

# Given the event, the fields it carries beside `kind`, `topic`, `epoch`, `seq` and `at`.
Renderer = Callable[[Tx, Numbered, datetime], Mapping[str, object]]


class Rendered(NamedTuple):
    """An event ready for the wire. `body` is its JSON; `fields` what its domain gave to it."""

    topic: str
    epoch: str
    seq: int
    kind: str
    object_id: str
    body: bytes
    fields: Mapping[str, object]
    region: str = ""


class Rendering:
    """Which domain renders which kind; filled by `app`."""

    def __init__(self, by_kind: Mapping[str, Renderer]) -> None:
        self._by_kind = dict(by_kind)

    def render(self, tx: Tx, events: Sequence[Numbered], now: datetime) -> list[Rendered]:
        """An alert is told in a hundred cells: its object is read and encoded once for all."""
        known: dict[tuple[str, ...], tuple[Mapping[str, object], dict[str, orjson.Fragment]]] = {}
        rendered = []
        for event in events:
            same = _same(event)
            if same not in known:
                fields = self._fields_of(tx, event, now)
                encoded = {name: orjson.Fragment(orjson.dumps(fields[name])) for name in fields}
                known[same] = fields, encoded
            rendered.append(self._render_one(event, *known[same]))
        return rendered

    def _fields_of(self, tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        """What an erased object told is no more: its number counts, or every `sync` would stop
        there for ever."""
        try:
            return self._by_kind.get(event.kind, _bare)(tx, event, now)
        except Refused:
            return {}

    def _render_one(
        self,
        event: Numbered,
        fields: Mapping[str, object],
        encoded: Mapping[str, orjson.Fragment],
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


def _bare(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    """A kind of the next version, met while both run: its number counts, its words cannot."""
    return {}


def _same(event: Numbered) -> tuple[str, ...]:
    """Events that say the same: of one kind and object, on topics of one family.

    An account's topic is its own: it may carry what its owner alone may see.
    """
    family = event.topic.partition(":")[0]
    heard_on = event.topic if family == "account" else family
    return event.kind, event.object, heard_on
