"""What was held back comes in the morning, words to me too: nothing vanishes overnight."""

from __future__ import annotations

from datetime import timedelta

import pytest

from realtime.members.prefs import Prefs, save_prefs
from realtime.push.runs import store as runs
from realtime.rooms.store import bury
from tests.integration.alerts.asking import HOME, raise_one, report
from tests.integration.push.talking import befriend, say, say_in
from tests.support.phones import Line
from tests.support.push_service import Phone, PushService
from tests.support.residents import Town, member


async def morning(town: Town, line: Line) -> None:
    town.later(hours=8)  # 07:00
    while await line.ring_waiting():
        pass
    await line.work()


def shown(google: PushService, phone: Phone) -> tuple[str, str, str]:
    """Title, body and path of the one push it got."""
    (told,) = google.of(phone)
    one = told.notification
    return one["title"], one["body"], one["navigate"].removeprefix("https://palier.example.org")


async def test_two_workers_in_the_morning_ring_once(
    town: Town, line: Line, google: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo = member(HOME, "Ada Lovelace"), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)  # 23:00 in Paris
    for _ in range(2):
        await say(town, ada.account, bo.account)
    await line.work_after(seconds=5)
    town.later(hours=8)  # 07:00
    due = await town.db.read(runs.list_due, town.now, 50)
    await line.ring_waiting()
    monkeypatch.setattr(runs, "list_due", lambda *asked: due)
    await line.ring_waiting()
    await line.work()
    assert len(google.of(phone)) == 1


async def test_words_of_the_night_come_together_and_open_the_messages(
    town: Town, line: Line, google: PushService
) -> None:
    ada, cy, bo = member(HOME, "Ada Lovelace"), member(HOME, "Cy Twombly"), member(HOME)
    await town.settle(ada, cy, bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)  # 23:00 in Paris
    for one in (ada, cy):
        await say(town, one.account, bo.account)
        await line.work_after(seconds=5)
    assert google.of(phone) == []
    await morning(town, line)
    assert shown(google, phone) == (
        "2 messages pour vous",
        "Ada L. vous a cité · Cy T. vous a cité",
        "/messages",
    )


async def test_words_and_alerts_of_the_night_share_a_digest(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME, "Ada Lovelace"), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    topic = await befriend(town, ada, bo)
    town.later(hours=10)
    await raise_one(town, ada)
    await line.work_after(seconds=1)
    await say_in(town, topic, ada.account)
    await say_in(town, topic, ada.account)
    await line.work_after(seconds=5)
    await morning(town, line)
    assert shown(google, phone) == (
        "3 nouvelles autour de vous",
        "Moustache a disparu · Nouveau message de Ada L.",
        "/autour",
    )


async def test_words_taken_back_in_the_night_are_not_told(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME, "Ada Lovelace"), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)
    first, other = [await say(town, ada.account, bo.account) for _ in range(2)]
    await line.work_after(seconds=5)
    await town.db.write(bury, first, 2, 1)
    await morning(town, line)
    assert shown(google, phone) == ("Palier", "Ada L. vous a cité", f"/rue/{other}")


async def test_sightings_of_the_night_are_told_to_the_owner(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(ada, google)
    alert = await raise_one(town, ada)
    town.later(hours=10)
    for _ in range(2):
        await report(town, bo, alert)
        await line.work_after(seconds=1)
    assert google.of(phone) == []
    await morning(town, line)
    assert shown(google, phone)[1:] == ("On l’a peut-être vu", "/autour")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_who_has_no_phone_any_more_reads_the_words_of_the_night_by_mail(
    town: Town, line: Line, google: PushService, language: str
) -> None:
    ada, bo = member(HOME, "Ada Lovelace"), member(HOME, language=language)
    await town.settle(ada, bo)
    await town.db.write(lambda tx: tx.run("UPDATE account SET email_confirmed_at = 1"))
    await line.subscribe(bo, google)
    snooze = Prefs(snoozed_until=town.now + timedelta(hours=1))
    await town.db.write(save_prefs, bo.account, snooze)
    await say(town, ada.account, bo.account)
    await line.work_after(seconds=5)
    await town.db.write(lambda tx: tx.run("DELETE FROM push_subscription"))
    await morning(town, line)
    (letter,) = line.letters.sent
    said = {"fr": "- Ada L. vous a cité", "en": "- Ada L. mentioned you"}[language]
    assert letter.fields == {"items": said, "link": "https://palier.example.org/messages"}
