"""Sign in, sign out, and what strangers learn from it: nothing."""

from __future__ import annotations

from datetime import timedelta

from realtime.accounts.passwords import UNUSABLE
from realtime.accounts.store import confirm_email
from tests.integration.http.conftest import PASSWORD, bearer, make_account, sign_in


async def test_a_member_signs_in_and_is_known(client, camille):
    token = await sign_in(client, "Camille@Example.org ")

    answer = await client.get("/api/me", headers=bearer(token))

    body = await answer.json()
    assert (body["account"], body["status"], body["street"]) == (
        camille,
        "visitor",
        "Rue de la Chaussée",
    )
    assert body["me"]["account"] == camille
    assert [session["current"] for session in body["sessions"]] == [True]


async def test_the_cookie_is_for_this_host_and_not_for_scripts(client, camille):
    answer = await client.post(
        "/api/session", json={"email": "camille@example.org", "password": PASSWORD}
    )

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("sid=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=2592000" in cookie
    assert (await client.get("/api/me", headers={"Cookie": cookie.split(";")[0]})).status == 200


async def test_wrong_password_unknown_email_and_closed_account_answer_alike(client, house, camille):
    closed = await make_account(house, "ferme@example.org")
    await house.db.write(
        lambda tx: tx.run(
            "UPDATE account SET password_hash = :h WHERE id = :id", h=UNUSABLE, id=closed
        )
    )
    bodies = set()
    for email in ("camille@example.org", "personne@example.org", "ferme@example.org"):
        answer = await client.post(
            "/api/session", json={"email": email, "password": "ce n’est pas lui"}
        )
        assert answer.status == 401
        bodies.add(await answer.text())

    assert len(bodies) == 1
    assert "wrong_credentials" in bodies.pop()


async def test_the_confirmed_account_of_an_email_is_tried_before_its_claims(client, house, camille):
    await house.db.write(lambda tx: confirm_email(tx, camille, house.clock.now()))
    for number in range(3):
        house.clock.passed += timedelta(seconds=1)
        await make_account(house, "camille@example.org", f"autre mot de passe {number}")

    assert await sign_in(client, "camille@example.org")
    assert await sign_in(client, "camille@example.org", "autre mot de passe 2")
    oldest = await client.post(
        "/api/session", json={"email": "camille@example.org", "password": "autre mot de passe 0"}
    )
    assert oldest.status == 401


async def test_a_sign_out_ends_this_sign_in_only(client, camille):
    one, other = (
        await sign_in(client, "camille@example.org"),
        await sign_in(client, "camille@example.org"),
    )

    answer = await client.delete("/api/session", headers=bearer(one))

    assert answer.status == 204
    assert (await client.get("/api/me", headers=bearer(one))).status == 401
    assert (await client.get("/api/me", headers=bearer(other))).status == 200


async def test_a_sign_out_is_told_on_the_accounts_topic(client, house, camille):
    token = await sign_in(client, "camille@example.org")
    await client.delete("/api/session", headers=bearer(token))

    kinds = await house.db.read(lambda tx: tx.all("SELECT topic, kind FROM event"))
    assert kinds == [(f"account:{camille}", "account.changed")]


async def test_a_sign_in_unused_for_thirty_days_is_over(client, house, clock, camille):
    token = await sign_in(client, "camille@example.org")
    clock.passed = timedelta(days=29)
    assert (await client.get("/api/me", headers=bearer(token))).status == 200
    clock.passed = timedelta(days=58)
    assert (await client.get("/api/me", headers=bearer(token))).status == 200
    clock.passed = timedelta(days=89)

    assert (await client.get("/api/me", headers=bearer(token))).status == 401


async def test_no_sign_in_lasts_longer_than_ninety_days(client, clock, camille):
    token = await sign_in(client, "camille@example.org")
    for days in range(20, 90, 20):
        clock.passed = timedelta(days=days)
        assert (await client.get("/api/me", headers=bearer(token))).status == 200

    clock.passed = timedelta(days=91)

    assert (await client.get("/api/me", headers=bearer(token))).status == 401


async def test_a_password_hashed_at_an_older_cost_is_hashed_anew(client, house, camille):
    from realtime.accounts.passwords import Cost, Hasher

    old = Hasher(Cost(32, 1))
    old_hash = await old.hash(PASSWORD)
    old.close()
    await house.db.write(
        lambda tx: tx.run(
            "UPDATE account SET password_hash = :h WHERE id = :id", h=old_hash, id=camille
        )
    )

    await sign_in(client, "camille@example.org")

    kept = await house.db.read(
        lambda tx: tx.value("SELECT password_hash FROM account WHERE id = :id", id=camille)
    )
    assert kept != old_hash
    assert not house.hasher.is_weak(kept)
