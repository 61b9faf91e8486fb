"""Alerts as a client would ask for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from realtime.alerts import actions
from realtime.alerts.area import reached_by, wider
from realtime.alerts.sightings import actions as sightings
from realtime.clock import to_iso
from realtime.db import Tx
from realtime.fanout.commit import Committed
from realtime.geo.cells import centre
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.wire.alerts import AlertRaise, SightingAsked, StillMissing
from tests.support.residents import RIGHTS, Town

HOME = "gbwc9z1"


def asked(now: datetime, cell: str = HOME, **more: Any) -> AlertRaise:
    lon, lat = centre(cell)
    plain = {
        "key": new_ulid(now),
        "kind": "lost_cat",
        "title": "Moustache a disparu",
        "body": "Très craintif",
        "occurred_at": to_iso(now),
        "place": {"lon": lon, "lat": lat},
    }
    return AlertRaise.model_validate(plain | more)


async def raise_one(
    town: Town,
    author: Member,
    cell: str = HOME,
    *,
    house: tuple[str, str] | None = None,
    conversation: str | None = None,
    **more: Any,
) -> str:
    """Raised; its id. `house` raises an official one, `conversation` is its thread."""
    given = asked(town.now, cell, **more)
    reached = reached_by(
        given.kind,
        (given.place.lon, given.place.lat),
        given.radius_m,
        given.area,
        official=house is not None,
    )
    committed: Committed[str] = await town.act(
        lambda tx, now: actions.raise_alert(
            tx, author, RIGHTS, given, reached, now, house=house, conversation=conversation
        )
    )
    return committed.value


def widen(tx: Tx, owner: Member, asked: StillMissing, now: datetime) -> Changed[str]:
    """Still missing, in a wider area, as the edge does both."""
    cells = wider(*actions.get_kind_and_cell(tx, owner, asked.id), asked.radius_m or 0)
    return actions.still_missing(tx, owner, RIGHTS, asked, now, cells=cells)


def seen(now: datetime, alert: str, cell: str = HOME, **more: Any) -> SightingAsked:
    lon, lat = centre(cell)
    plain = {
        "key": new_ulid(now),
        "id": alert,
        "at": to_iso(now),
        "place": {"lon": lon, "lat": lat},
        "text": "Sous une voiture",
    }
    return SightingAsked.model_validate(plain | more)


async def report(town: Town, by: Member, alert: str, cell: str = HOME, **more: Any) -> str:
    given = seen(town.now, alert, cell, **more)
    committed = await town.act(lambda tx, now: sightings.report(tx, by, RIGHTS, given, now))
    return committed.value


__all__ = ["HOME", "asked", "raise_one", "report", "seen", "widen"]
