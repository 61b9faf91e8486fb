"""Whatever is asked about a member, two homes of one cell give the same bytes.

Two members who differ by nothing but the house live in one cell: another street, another
household, another door; beside each a newcomer who asks for neighbours' words. Neighbours near and
far, visitors and strangers ask everything there is to ask about them: every command and route that
there is, but those named here as telling nothing of others. The answers, with the account, ids and
moments taken out, are equal: nobody can tell one house of a cell from another, by asking however
often from wherever.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from realtime.clock import to_iso
from realtime.geo.cells import bounds, ring
from realtime.wire import COMMANDS
from realtime.wire.http import ROUTES
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_authorisation import form, send
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.pictures import jpeg

Asked = list[tuple[str, Json]]

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
ASKER = re.compile(r"\b[0-9a-f]{20}\b")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
SEQ = re.compile(r'"(seq|version|head|read)": \d+|\["[0-9a-f]{8}", \d+\]')
CURSOR = re.compile(r'"more": "\d+')
PHOTO = re.compile(r"[\w-]{43}(?![\w-])")
NUMBER = re.compile(r'"number": "[^"]+"')

# They answer with the asker's own, or with what an organisation or many together say.
OWN_COMMANDS = {
    "alert.answer_sighting", "alert.preview", "alert.raise", "alert.resolve", "alert.still_missing",
    "alert.update", "alert.withdraw", "announcement.publish", "announcement.withdraw",
    "announcements", "direct.accept", "direct.decline", "group.answer", "group.appoint",
    "group.change", "group.create", "group.remove", "listing.get", "listing.set", "pet.delete",
    "pet.save", "pets", "prefs.get", "prefs.set", "presence.set", "push.seen", "read",
}  # fmt: skip
OWN_ROUTES = {
    "POST /api/session", "DELETE /api/session", "GET /api/addresses", "POST /api/accounts",
    "GET /api/me", "PATCH /api/me", "PUT /api/me/address", "PUT /api/me/password",
    "DELETE /api/sessions/{session}", "POST /api/email/send", "POST /api/email/confirm",
    "POST /api/password/forgot", "POST /api/password/reset", "POST /api/verification/postcard",
    "POST /api/verification/postcard/redeem", "POST /api/verification/postcard/refuse",
    "POST /api/verification/location", "POST /api/verification/vouch-requests", "POST /api/photos",
    "GET /a/poster.css", "GET /api/push", "PUT /api/push/subscription",
    "DELETE /api/push/subscription", "POST /api/push/test", "POST /api/push/receipt",
    "GET /api/map", "GET /api/map/tiles/{version}",
}  # fmt: skip
# Without a sign-in: whoever finds the poster.
PUBLIC = ("GET /a/{alert}", "GET /a/{alert}/photo")


def plain(answer: Json | str, account: str) -> str:
    """The bytes, without what must differ."""
    text = json.dumps(answer, sort_keys=True).replace(account, "ACCOUNT")
    text = PHOTO.sub("PHOTO", CURSOR.sub("MORE", text))
    text = NUMBER.sub("NUMBER", ASKER.sub("SOMEBODY", text))
    return SEQ.sub("N", MOMENT.sub("WHEN", ULID.sub("ID", text)))


def questions(made: Mapping[str, str], account: str, place: Json) -> Asked:
    """Each command with what is asked, in this order."""
    topic, alert = made["group"], made["alert"]
    read: Asked = [
        ("directory", {"ring": "street"}),
        ("directory", {"ring": "neighbourhood", "q": "chausson"}),
        ("arrivals", {}),
        ("member.welcome", {"account": account}),
        ("conversations", {"view": "street", "limit": 1}),
        ("conversations", {"view": "neighbourhood", "limit": 2}),
        ("history", {"conversation": made["wide"]}),
        ("search", {"q": "bonjour", "from": account}),
        ("alert.open", {"id": alert}),
    ]
    together: Asked = [
        ("direct.open", {"key": new_key(), "account": account}),
        ("direct.open", {"key": new_key(), "alert": alert}),
        ("directs", {}),
        ("groups", {}),
        ("group.open", {"topic": topic}),
        ("group.join", {"topic": topic}),
        ("group.open", {"topic": topic}),
        ("group.invite", {"topic": topic, "account": account}),
        ("typing", {"topic": topic}),
        ("group.leave", {"topic": topic}),
    ]
    acts: Asked = [
        ("message.post", {"key": new_key(), "reply_to": made["wide"], "text": "Moi aussi"}),
        ("message.react", {"id": made["wide"], "reaction": "heart"}),
        ("message.edit", {"id": made["wide"], "text": "Non"}),
        ("message.delete", {"id": made["wide"]}),
        ("alert.follow", {"id": alert}),
        ("alert.confirm", {"id": alert}),
        ("alert.dispute", {"id": alert}),
        ("alert.sighting", {"key": new_key(), "id": alert, "at": to_iso(datetime.now(UTC)),
                            "place": place}),
    ]  # fmt: skip
    reports: Asked = [
        ("report", {"key": new_key(), "kind": kind, "id": own_id, "reason": "spam"})
        for kind, own_id in (
            ("member", account),
            ("message", made["wide"]),
            ("alert", alert),
            ("group", topic),
        )
    ]
    last: Asked = [
        ("sync", {"positions": {}}),
        ("block", {"account": account}),
        ("blocks", {}),
        ("unblock", {"account": account}),
    ]
    return [*read, *together, *acts, *reports, *last]


def routes(made: Mapping[str, str]) -> list[tuple[str, Json | None]]:
    """Each route with what is sent; the names in a path are those of what was made."""
    asked = {"request": made["request"]}
    return [
        ("GET /api/verification", None),
        ("GET /api/verification/vouch-requests", None),
        ("GET /api/verification/vouch-requests/{request}", None),
        ("POST /api/vouches", asked),
        ("POST /api/household/members", asked),
        ("GET /api/photos/{photo}", None),
        ("PATCH /api/photos/{photo}", {"alt": "Un chat"}),
        ("POST /api/alerts/{alert}/poster", None),
        ("GET /api/push/reach/{alert}", None),
        ("GET /api/push/why/{subject}", None),
    ]


class Subject:
    """One member with everything a member makes, and the newcomer of the same house."""

    def __init__(self, house: ServerProcess, member: Client, newcomer: Client, cell: str) -> None:
        self.house, self.member, self.newcomer = house, member, newcomer
        self.account = str(member.me["account"])
        west, south, east, north = bounds(cell)
        self.place = {"lon": (west + east) / 2, "lat": (south + north) / 2}
        self.made: dict[str, str] = {}

    async def send(self, who: Client, route: str, body: Json | None = None) -> Json:
        sent = None if body is None else json.dumps(body).encode()
        method, path = route.split()
        status, said = await asyncio.to_thread(
            send, self.house, who.token, method, path, sent, "application/json"
        )
        assert status < 300, said
        return said

    async def make(self) -> None:
        member, made = self.member, self.made
        await member.ask("listing.set", listed=True, skills=["Chausson aux pommes"])
        _, photo = await asyncio.to_thread(
            send, self.house, member.token, "POST", "/api/photos", *form(jpeg())
        )
        made["photo"] = photo["id"]
        made["street"] = (await member.post("street", "Bonjour"))["id"]
        made["wide"] = (await member.post("neighbourhood", "Bonjour"))["id"]
        group = await member.ask(
            "group.create", key=new_key(), name="Chats", access="open", category="animaux"
        )
        made["group"] = group["group"]["topic"]
        made["in_group"] = (await member.post(made["group"], "Bonjour"))["id"]
        raised = await member.ask(
            "alert.raise",
            key=new_key(),
            kind="lost_cat",
            title="Moustache a disparu",
            occurred_at=to_iso(datetime.now(UTC)),
            place=self.place,
            radius_m=500,
            photos=[made["photo"]],
        )
        made["alert"] = raised["alert"]["id"]
        await self.send(member, f"POST /api/alerts/{made['alert']}/poster")
        asked = await self.send(self.newcomer, "POST /api/verification/vouch-requests")
        made["request"] = asked["id"]

    async def unmake(self) -> None:
        """The next one finds the place as it was."""
        member, made = self.member, self.made
        await member.ask("alert.withdraw", id=made["alert"])
        await member.ask("group.leave", topic=made["group"])
        for opening in (made["street"], made["wide"]):
            await member.ask("message.delete", id=opening)
        await member.ask("listing.set", listed=False)

    async def told(self, askers: dict[str, Client], came_in: dict[str, Json]) -> dict[str, str]:
        """Everything the askers can learn, one after the other; missed since they came in."""
        found: dict[str, str] = {}
        for name, asker in askers.items():
            asked = questions(self.made, self.account, self.place)
            for number, (command, payload) in enumerate(asked):
                given = {"positions": came_in[name]} if command == "sync" else payload
                ack = await asker.command(command, given)
                assert ack.get("code") not in ("rate", "invalid"), (command, ack)
                found[f"{name}: {number} {command}"] = plain(ack, self.account)
            for route, body in routes(self.made):
                found[f"{name}: {route}"] = await self._fetch(route, body, asker.token)
        for route in PUBLIC:
            found[route] = await self._fetch(route, None, None)
        return found

    async def _fetch(self, route: str, body: Json | None, token: str | None) -> str:
        method, path = route.split()
        for name, own_id in (*self.made.items(), ("subject", self.made["alert"])):
            path = path.replace(f"{{{name}}}", own_id)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        url = self.house.origin + path
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, url, json=body) as answer,
        ):
            said = (await answer.read()).decode("latin-1")
        assert answer.status not in (400, 401, 429), (route, said)
        if route.endswith("vouch-requests"):
            # Those who asked before still wait, too.
            newcomer = self.newcomer.me["account"]
            shown = [one for one in json.loads(said)["requests"] if one["account"] == newcomer]
            said = json.dumps(shown, sort_keys=True)
        return f"{answer.status} {plain(said, self.account)}"


def apart(one: str, other: str) -> str:
    """Around the first letter that differs."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (here, there) in pairs if here != there), min(len(one), len(other)))
    return f"{one[max(0, at - 200) : at + 60]} | {other[at : at + 60]}"


def test_every_command_and_route_is_asked_or_tells_nothing_of_others() -> None:
    made: dict[str, str] = defaultdict(str)
    commands = {command for command, _ in questions(made, "", {})}
    assert commands | OWN_COMMANDS == set(COMMANDS)
    assert not commands & OWN_COMMANDS
    asked = {*PUBLIC, *(route for route, _ in routes(made))}
    assert asked | OWN_ROUTES == {f"{route.method} {route.path}" for route in ROUTES}
    assert not asked & OWN_ROUTES


@pytest.mark.timeout(120)
async def test_two_homes_of_one_cell_read_the_same(
    house: ServerProcess, arrive: Arrive, cell: str, cells: Any
) -> None:
    beside = next(one for one in ring(cell) if one != cell)
    far = next(one for one in ring(cell[:6]) if one != cell[:6]) + "0"
    elsewhere = next(cells)[:3] + "zzzz"
    # What was said before: a page that is cut off is cut off both times.
    old = await arrive("Ada")
    for view in ("street", "neighbourhood"):
        await old.post(view, "Il y a longtemps")
    answers = []
    # Another door, street and household: what a household shares, and what lies behind a cell.
    for street in ("Rue de la Chaussée", "Allée des Acacias"):
        askers = {
            "next door": await arrive("Une", home=cell),
            # At a level that vouches for nobody: the newcomer still waits.
            "beside": await arrive("Deux", home=beside, level="vouched"),
            "farther": await arrive("Trois", home=far),
            "visitor": await arrive("Quatre", level="none"),
            "elsewhere": await arrive("Cinq", home=elsewhere),
        }
        subject = Subject(
            house,
            await arrive("Camille Le Goff", street=street),
            await arrive("Nino Rossi", street=street, level="none"),
            cell,
        )
        came_in: dict[str, Json] = {name: dict(asker.positions) for name, asker in askers.items()}
        for name, asker in askers.items():
            # What the one before left unread is not counted.
            await asker.ask("read", positions=came_in[name])
        await subject.make()
        answers.append(await subject.told(askers, came_in))
        await subject.unmake()
        for one in askers.values():
            await one.ask("listing.set", listed=False)
    here, there = answers
    assert here.keys() == there.keys()
    different = {n: apart(here[n], there[n]) for n in here if here[n] != there[n]}
    assert not different, "\n".join(f"{name}: {how}" for name, how in different.items())
    # Asked for nothing, it would say nothing: the questions are answered.
    assert sum('"ok": true' in answer for answer in here.values()) > len(here) / 2
