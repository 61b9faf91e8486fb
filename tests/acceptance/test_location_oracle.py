"""Whatever is asked about a member, two homes of one cell give the same bytes.

Two members who differ by nothing but the house live in one cell: another street, another
household, another door. Neighbours near and far, visitors and strangers ask everything there is to
ask about each. The answers, with the account, ids and moments taken out, are equal: nobody can tell
one house of a cell from another, by asking however often from wherever.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from realtime.clock import to_iso
from realtime.geo.cells import bounds, ring
from tests.acceptance.conftest import Arrive
from tests.support.clients import Client, Json, new_key

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
ASKER = re.compile(r"\b[0-9a-f]{20}\b")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
SEQ = re.compile(r'"(seq|version|head|read)": \d+')


def plain(answer: Json, account: str) -> str:
    """The bytes, without what must differ."""
    text = json.dumps(answer, sort_keys=True).replace(account, "ACCOUNT")
    text = ASKER.sub("SOMEBODY", text)
    return SEQ.sub("N", MOMENT.sub("WHEN", ULID.sub("ID", text)))


async def told_about(subject: Client, askers: dict[str, Client], cell: str) -> dict[str, Any]:
    """Everything the askers can learn of one member, one after the other."""
    account = subject.me["account"]
    opening = (await subject.post("neighbourhood", "Bonjour"))["id"]
    corner = bounds(cell)
    group = await subject.ask(
        "group.create", key=new_key(), name="Chats", access="open", category="animaux"
    )
    topic = group["group"]["topic"]
    raised = await subject.ask(
        "alert.raise",
        key=new_key(),
        kind="lost_cat",
        title="Moustache a disparu",
        occurred_at=to_iso(datetime.now(UTC)),
        place={"lon": (corner[0] + corner[2]) / 2, "lat": (corner[1] + corner[3]) / 2},
        radius_m=500,
    )
    alert = raised["alert"]["id"]
    found: dict[str, Any] = {}
    for name, asker in askers.items():
        for command, payload in (
            ("directory", {"ring": "street"}),
            ("directory", {"ring": "neighbourhood", "q": "chausson"}),
            ("arrivals", {}),
            ("member.welcome", {"account": account}),
            ("direct.open", {"key": new_key(), "account": account}),
            ("direct.open", {"key": new_key(), "alert": alert}),
            ("directs", {}),
            ("groups", {}),
            ("group.open", {"topic": topic}),
            ("group.join", {"topic": topic}),
            ("group.open", {"topic": topic}),
            ("group.leave", {"topic": topic}),
            ("history", {"conversation": opening}),
            ("search", {"q": "bonjour", "from": account}),
            ("alert.open", {"id": alert}),
            ("block", {"account": account}),
            ("blocks", {}),
            ("unblock", {"account": account}),
        ):
            ack = await asker.command(command, payload)
            found[f"{name}: {command} {sorted(payload)}"] = plain(ack, account)
    await subject.ask("alert.withdraw", id=alert)
    await subject.ask("group.leave", topic=topic)
    await subject.ask("message.delete", id=opening)
    await subject.ask("listing.set", listed=False)
    return found


async def test_two_homes_of_one_cell_read_the_same(arrive: Arrive, cell: str, cells: Any) -> None:
    beside = next(one for one in ring(cell) if one != cell)
    far = next(one for one in ring(cell[:6]) if one != cell[:6]) + "0"
    answers = []
    # Another door, street and household: what a household shares, and what lies behind a cell.
    for street in ("Rue de la Chaussée", "Allée des Acacias"):
        askers = {
            "next door": await arrive("Une", home=cell),
            "beside": await arrive("Deux", home=beside),
            "farther": await arrive("Trois", home=far),
            "visitor": await arrive("Quatre", level="none"),
            "elsewhere": await arrive("Cinq", home=next(cells)[:3] + "zzzz"),
        }
        subject = await arrive("Camille Le Goff", street=street)
        await subject.ask("listing.set", listed=True, skills=["Chausson aux pommes"])
        answers.append(await told_about(subject, askers, cell))
        # The next one finds the place as it was.
        for one in (*askers.values(), subject):
            await one.ask("listing.set", listed=False)
    here, there = answers
    assert here.keys() == there.keys()
    different = {name: (here[name], there[name]) for name in here if here[name] != there[name]}
    assert different == {}
    # Asked for nothing, it would say nothing: the questions are answered.
    assert sum('"ok": true' in answer for answer in here.values()) > len(here) / 2
