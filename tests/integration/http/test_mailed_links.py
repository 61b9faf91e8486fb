"""Mailed links: 15 minutes, once, and nobody learns from an answer who has an account."""

from __future__ import annotations

from datetime import timedelta

from realtime import outbox
from realtime.accounts.emails import actions as emails
from tests.integration.http.conftest import PASSWORD, bearer, make_account, sign_in

NEW = "un autre mot de passe"


async def letters(house):
    """What the worker would send now, and send no more."""
    now = house.clock.now()
    jobs = await house.db.write(outbox.claim, [emails.JOB], now, timedelta(minutes=2), 50)
    found = []
    for job in jobs:
        found.append(await house.db.write(emails.compose, job.about, "https://x", now))
        await house.db.write(outbox.done, job.id)
    return [letter for letter in found if letter is not None]


def token_in(letter):
    return letter.fields["link"].partition("#")[2]


async def ask_to_confirm(client, house):
    token = await sign_in(client, "camille@example.org")
    await client.post("/api/email/send", headers=bearer(token))
    (letter,) = await letters(house)
    return token, token_in(letter)


async def test_an_email_is_confirmed_by_its_link_once(client, house, camille):
    token, link = await ask_to_confirm(client, house)

    first = await client.post("/api/email/confirm", json={"token": link})
    second = await client.post("/api/email/confirm", json={"token": link})

    assert (first.status, second.status) == (204, 410)
    me = await (await client.get("/api/me", headers=bearer(token))).json()
    assert me["email_confirmed"]
    await client.post("/api/email/send", headers=bearer(token))
    assert await letters(house) == []


async def test_a_link_holds_for_fifteen_minutes(client, house, clock, camille):
    _, link = await ask_to_confirm(client, house)
    clock.passed = timedelta(minutes=15, seconds=1)
    assert (await client.post("/api/email/confirm", json={"token": link})).status == 410


async def test_of_two_claims_the_first_to_confirm_has_the_email(client, house, camille):
    _, link = await ask_to_confirm(client, house)
    await make_account(house, "camille@example.org", NEW)
    other = await sign_in(client, "camille@example.org", NEW)
    await client.post("/api/email/send", headers=bearer(other))
    (letter,) = await letters(house)

    won = await client.post("/api/email/confirm", json={"token": token_in(letter)})
    lost = await client.post("/api/email/confirm", json={"token": link})

    assert (won.status, lost.status) == (204, 410)


async def test_a_forgotten_password_is_replaced_and_every_device_signed_out(client, house, camille):
    old = await sign_in(client, "camille@example.org")
    await client.post("/api/password/forgot", json={"email": "camille@example.org"})
    (letter,) = await letters(house)

    done = await client.post(
        "/api/password/reset", json={"token": token_in(letter), "password": NEW}
    )

    assert done.status == 204
    assert (await client.get("/api/me", headers=bearer(old))).status == 401
    assert await sign_in(client, "camille@example.org", NEW)
    again = await client.post(
        "/api/password/reset", json={"token": token_in(letter), "password": PASSWORD}
    )
    assert (again.status, (await again.json())["code"]) == (410, "link_dead")
    (word,) = await letters(house)
    assert word.template == "changed"


async def test_forgot_answers_alike_and_does_the_same_work(client, house, camille):
    answers = []
    for email in ("camille@example.org", "personne@example.org"):
        answer = await client.post("/api/password/forgot", json={"email": email})
        answers.append((answer.status, await answer.text(), sorted(answer.headers)))

    jobs = await house.db.read(lambda tx: tx.value("SELECT count(*) FROM job"))
    assert answers[0] == answers[1]
    assert jobs == 2
    assert [letter.to for letter in await letters(house)] == ["camille@example.org"]


async def test_no_token_lies_in_the_database(client, house, camille):
    await client.post("/api/password/forgot", json={"email": "camille@example.org"})
    (letter,) = await letters(house)
    rows = await house.db.read(lambda tx: tx.all("SELECT * FROM mail_link"))
    assert token_in(letter) not in repr(rows)


async def test_a_link_for_one_purpose_serves_no_other(client, house, camille):
    _, link = await ask_to_confirm(client, house)
    answer = await client.post("/api/password/reset", json={"token": link, "password": NEW})
    assert answer.status == 410


async def test_a_password_is_changed_by_who_knows_it(client, camille):
    here = await sign_in(client, "camille@example.org")
    there = await sign_in(client, "camille@example.org")

    wrong = await client.put(
        "/api/me/password", json={"current": NEW, "password": NEW}, headers=bearer(here)
    )
    right = await client.put(
        "/api/me/password", json={"current": PASSWORD, "password": NEW}, headers=bearer(here)
    )

    assert (wrong.status, right.status) == (401, 204)
    assert (await client.get("/api/me", headers=bearer(here))).status == 200
    assert (await client.get("/api/me", headers=bearer(there))).status == 401
    assert await sign_in(client, "camille@example.org", NEW)
