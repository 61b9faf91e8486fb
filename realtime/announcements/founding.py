"""The operator's command line: an organisation's name, its territory, who speaks for it."""

from __future__ import annotations

from datetime import datetime

from realtime.announcements import store
from realtime.announcements.model import House
from realtime.db import Tx
from realtime.ids import new_ulid


def found(tx: Tx, name: str, territory: str, cells: tuple[str, ...], now: datetime) -> House:
    house = House(new_ulid(now), name, territory, cells)
    store.add_house(tx, house, now)
    return house


def appoint(tx: Tx, house: House, account: str) -> None:
    """From now on the account publishes for this house, and for no other."""
    store.set_staff(tx, account, house.id)


def dismiss(tx: Tx, account: str) -> None:
    """From now on the account publishes for nobody."""
    store.remove_staff(tx, account)
