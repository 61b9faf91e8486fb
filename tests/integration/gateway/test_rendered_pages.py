"""A page of missed events costs statements by its kinds, never by its events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from realtime.alerts import store as alerts
from realtime.alerts.model import Alert
from realtime.alerts.sightings import store as voices
from realtime.alerts.sightings.model import Sighting
from realtime.announcements import store as announcements
from realtime.announcements.model import Announcement, House
from realtime.clock import to_millis
from realtime.db import Database, Tx
from realtime.gateway.renderers import rendering_of
from realtime.ids import new_ulid
from realtime.journal import Numbered
from realtime.members.directory.store import add_arrival
from realtime.photos.model import Photo
from realtime.photos.store import add_photo, use
from realtime.rooms import store as rooms
from realtime.rooms.direct import store as threads
from realtime.rooms.direct.model import Thread, pair
from realtime.rooms.groups import store as groups
from realtime.rooms.groups.model import Group
from realtime.rooms.model import Message
from realtime.wire import EVENTS
from tests.support.residents import BEGUN, RIGHTS, member, settle

CELL = "gbwc9z1"
STREET, AREA = f"street:{CELL}", "area:gbwc9"
MANY = 40
# They have no number and are never rendered from the journal.
UNNUMBERED = {"heads", "typing", "presence.changed", "moving"}


class Counted(Tx):
    """A transaction that knows how many statements it ran."""

    statements = 0

    def _execute(self, sql: str, params: dict[str, Any]) -> None:
        Counted.statements += 1
        super()._execute(sql, params)


class Street:
    """A reader, and for each neighbour one of everything that an event may tell of."""

    def __init__(self) -> None:
        self.reader = member(CELL, "Lise Le Goff")
        self.others = [member(CELL, f"Voisin {number}") for number in range(MANY)]
        self.house = House("h1", "Ville de Rennes", "{}", ("gbwc9",))
        self.told: dict[str, list[tuple[str, str]]] = {name: [] for name in EVENTS}

    def fill(self, tx: Tx) -> None:
        settle(tx, self.reader, *self.others)
        announcements.add_house(tx, self.house, BEGUN)
        opening = self._message(tx, self.reader.account)
        for other in self.others:
            self._words(tx, other.account, opening)
            self._alerts(tx, other.account)
            self._neighbours(tx, other.account)

    def _tell(self, topic: str, object_id: str, *kinds: str) -> None:
        for kind in kinds:
            self.told[kind].append((topic, object_id))

    def _message(self, tx: Tx, author: str, **more: Any) -> str:
        own_id = new_ulid(BEGUN)
        rooms.add_message(
            tx,
            Message(
                id=own_id, topic=STREET, conversation=own_id, author=author, text="Bonjour",
                at=to_millis(BEGUN), **more,
            ),
            1,
        )  # fmt: skip
        return own_id

    def _words(self, tx: Tx, author: str, opening: str) -> None:
        own_id = self._message(tx, author, quote=opening, mentions=[author])
        rooms.add_reaction(tx, own_id, author, "thanks", to_millis(BEGUN))
        rooms.save_reactions(tx, own_id, {"thanks": 1})
        self._tell(STREET, own_id, "message.posted", "message.edited", "message.deleted")
        self._tell(STREET, f"{own_id}:{author}", "reaction.changed")

    def _alert(self, tx: Tx, author: str) -> str:
        own_id = new_ulid(BEGUN)
        alerts.add_alert(
            tx,
            Alert(
                id=own_id, kind="lost_cat", author=author, household=author, title="Moustache",
                body="", severity="minor", urgency="normal", occurred_at=BEGUN, cell=CELL,
                radius_m=500, cells=("gbwc9",), reached=("gbwc9",), raised_at=BEGUN,
                updated_at=BEGUN, expires_at=BEGUN + timedelta(days=3), state="active",
            ),
        )  # fmt: skip
        photo = new_ulid(BEGUN)
        add_photo(
            tx,
            Photo(id=photo, account=author, width=8, height=8, alt="Un chat", taken_at=BEGUN),
            b"",
        )
        use(tx, author, [photo], own_id)
        return own_id

    def _alerts(self, tx: Tx, author: str) -> None:
        lost, found = self._alert(tx, author), self._alert(tx, author)
        alerts.add_match(tx, lost, found, BEGUN)
        voices.say(tx, lost, author, author, "confirm", BEGUN)
        sighting = Sighting(
            id=new_ulid(BEGUN),
            alert=lost,
            author=author,
            at=BEGUN,
            cell=CELL,
            text="",
            photo=None,
            told_at=BEGUN,
            state="shown",
        )
        voices.add_sighting(tx, sighting)
        kinds = ("alert.raised", "alert.updated", "alert.resolved", "alert.withdrawn")
        self._tell(AREA, lost, *kinds)
        self._tell(AREA, sighting.id, "alert.sighted")
        self._tell(self.reader.account_topic, f"{lost}:{found}", "alert.matched")
        announcement = Announcement(
            id=new_ulid(BEGUN), organisation=self.house.id, author=author, level="info",
            title="Eau", body="", cells=("gbwc9",), publish_at=BEGUN,
            expires_at=BEGUN + timedelta(days=1), state="published",
        )  # fmt: skip
        announcements.add_announcement(tx, announcement)
        self._tell("official:gbwc9", announcement.id, "announcement.published")

    def _neighbours(self, tx: Tx, other: str) -> None:
        mine, at = self.reader.account, to_millis(BEGUN)
        add_arrival(tx, other, CELL[:6], BEGUN)
        self._tell(f"neighbourhood:{CELL[:6]}", other, "member.arrived")
        self._tell(self.reader.account_topic, f"{mine}:{other}", "member.welcomed")
        group = Group(
            id=new_ulid(BEGUN), name="Chats", about="", category="animaux", access="open",
            reach="neighbourhood", slow_s=0, created_at=at,
        )  # fmt: skip
        groups.add_group(tx, group, ["gbwc9"])
        groups.set_standing(tx, group.id, mine, "member", BEGUN)
        self._tell(group.topic, group.id, "group.changed")
        low, high = pair(mine, other)
        thread = Thread(
            topic=f"direct:{new_ulid(BEGUN)}", low=low, high=high, opener=mine, alert=None,
            opened_at=at, asked_at=None, accepted_at=None, declined_at=None, last_at=at,
        )  # fmt: skip
        threads.add_thread(tx, thread)
        self._tell(self.reader.account_topic, thread.topic, "direct.changed")
        # What an account hears of itself has the account for its object.
        for kind in ("account.changed", "block.changed", "prefs.changed", "read.moved"):
            self._tell(self.reader.account_topic, mine, kind)


def page(told: list[tuple[str, str]], kind: str) -> list[Numbered]:
    return [
        Numbered(topic, "e", seq, kind, object_id, 1, to_millis(BEGUN))
        for seq, (topic, object_id) in enumerate(told, 1)
    ]


def count(tx: Tx, events: list[Numbered]) -> tuple[int, int]:
    """Statements to render these, and how many of them said something."""
    Counted.statements = 0
    rendered = rendering_of(RIGHTS).render(Counted(tx._cursor, tx.dialect), events, BEGUN)
    assert [one.seq for one in rendered] == [event.seq for event in events]
    return Counted.statements, sum(bool(one.fields) for one in rendered)


@pytest.fixture
async def street(database: Database) -> Street:
    street = Street()
    await database.write(street.fill)
    return street


async def test_forty_events_cost_as_many_statements_as_one(
    database: Database, street: Street
) -> None:
    for kind in sorted(EVENTS.keys() - UNNUMBERED):
        told = street.told[kind]
        one, _ = await database.read(count, page(told[:1], kind))
        many, said = await database.read(count, page(told, kind))
        assert (kind, said, many) == (kind, MANY, one)
        assert one > 0


async def test_what_was_erased_leaves_the_others_of_its_page(
    database: Database, street: Street
) -> None:
    """One alert of forty is gone: its event says nothing, its neighbours what they said."""
    events = page(street.told["alert.raised"], "alert.raised")
    events[7] = events[7]._replace(object="01J00000000000000000000000")
    rendered = await database.read(rendering_of(RIGHTS).render, events, BEGUN)
    assert [one.seq for one in rendered if not one.fields] == [8]
