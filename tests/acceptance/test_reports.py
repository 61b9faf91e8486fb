"""A report has a receipt, keeps what was seen, reaches the operator, and tells nobody else."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

import pytest

from realtime.db import open_database
from realtime.mail.letter import written
from realtime.reports.actions import compose
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_direct import ask_for
from tests.support.app import ServerProcess
from tests.support.clients import new_key


async def test_what_was_reported_stands_in_the_operators_mail_though_its_author_deleted_it(
    house: ServerProcess, arrive: Arrive
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    said = await ada.post("street", "Une menace")
    asked = {"key": new_key(), "kind": "message", "id": said["id"], "reason": "harassment"}
    number = (await bo.ask("report", **asked, note="Tous les soirs"))["number"]
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", number)
    await ada.ask("message.delete", id=said["id"])
    assert (await bo.ask("report", **asked, note="Tous les soirs"))["number"] == number
    assert await bo.refused("report", **asked | {"key": new_key()}) == "not_found"

    mail = await mailed(house, number)
    assert number in mail
    assert "Une menace" in mail
    assert "Tous les soirs" in mail
    await ada.wait_for("message.deleted")
    assert {event["kind"] for event in ada.events} <= {"message.posted", "message.deleted"}


@pytest.mark.parametrize("turned_away", ["declined", "blocked"])
async def test_who_turned_somebody_away_may_still_report_what_they_said(
    arrive: Arrive, turned_away: str
) -> None:
    ada, bo, eve = [await arrive(name) for name in ("Ada Lovelace", "Bo Diddley", "Eve")]
    topic = await ask_for(ada, bo)
    said = await ada.post(topic, "Une menace")
    await bo.wait_for("direct.changed", about=topic)
    if turned_away == "declined":
        await bo.ask("direct.decline", topic=topic)
    else:
        await bo.ask("block", account=ada.me["account"])
    assert await bo.refused("history", topic=topic) == "not_found"

    asked = {"kind": "message", "id": said["id"], "reason": "harassment"}
    await bo.ask("report", key=new_key(), **asked)
    assert await eve.refused("report", key=new_key(), **asked) == "not_found"
    await ada.ask("message.delete", id=said["id"])
    assert await bo.refused("report", key=new_key(), **asked) == "not_found"


async def test_a_filter_that_is_wrong_reaches_the_operator_with_the_words_it_refused(
    house: ServerProcess, arrive: Arrive
) -> None:
    ada = await arrive("Ada Lovelace")
    asked = {"kind": "filter", "reason": "false", "note": "title: un chat noir et son voleur"}
    number = (await ada.ask("report", key=new_key(), id="filter", **asked))["number"]
    mail = await mailed(house, number)
    assert "un chat noir et son voleur" in mail
    for unknown in ("quota", "filter_dreams"):
        assert await ada.refused("report", key=new_key(), id=unknown, **asked) == "not_found"


async def mailed(house: ServerProcess, number: str) -> str:
    """The mail that the worker makes of the report."""
    db = await asyncio.to_thread(open_database, house.env["PALIER_DATABASE_URL"])
    try:
        report = await db.read(
            lambda tx: tx.value("SELECT id FROM report WHERE number = :number", number=number)
        )
        letter = await db.read(compose, {"report": report}, "mairie@example.org")
        assert letter is not None
        now = datetime.now(UTC)
        mail = await asyncio.to_thread(
            written, letter, "palier@example.org", "https://x.example.org", now
        )
        return f"{mail['Subject']}\n{mail.get_content()}"
    finally:
        await db.close()
