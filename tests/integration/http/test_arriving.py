"""Sign-up: a visitor at once, e-mails that are claims, doors that fill up, moving house."""

from __future__ import annotations

from datetime import timedelta

import pytest

from realtime.members.rights import Act
from realtime.members.store import find_member, save_member
from tests.integration.http.conftest import PASSWORD, bearer, make_account, sign_in
from tests.support.town import CHAUSSEE, PALIER, add_addresses, street_addresses


@pytest.fixture
async def town(house):
    """Two streets of one ring, 30 doors each, and a far one."""
    near = [*street_addresses(CHAUSSEE, 30), *street_addresses(PALIER, 30)]
    await add_addresses(house.db, house.clock, near)
    return near


def newcomer(town, **changed):
    return {
        "email": "ines@example.org",
        "password": PASSWORD,
        "display_name": "Inès Morel",
        "address_id": town[0].id,
        "age_ok": True,
        **changed,
    }


async def test_a_newcomer_is_a_visitor_at_once(client, house, town):
    answer = await client.post("/api/accounts", json=newcomer(town))

    body = await answer.json()
    assert answer.status == 201
    assert body["status"] == "visitor"
    assert answer.headers["Set-Cookie"].startswith("sid=")
    me = await (await client.get("/api/me", headers=bearer(body["token"]))).json()
    assert (me["street"], me["city"], me["level"]) == ("Rue de la Chaussée", "Rennes", "none")
    assert me["rights"]["read_neighbourhood"]
    assert not me["rights"]["write_neighbourhood"]
    assert not me["rights"]["read_street"]
    assert not me["street_is_neighbourhood"]
    assert not me["email_confirmed"]


async def test_after_the_visit_only_official_news_stay(client, house, clock, town):
    body = await (await client.post("/api/accounts", json=newcomer(town))).json()
    clock.passed = timedelta(hours=48, seconds=1)

    me = await (await client.get("/api/me", headers=bearer(body["token"]))).json()

    assert me["status"] == "expired"
    assert not any(me["rights"].values())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address_id": "nowhere"}, "address_id"),
        ({"address_id": None}, "address_id"),
        ({"age_ok": False}, "age_ok"),
        ({"password": "court"}, "password"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "ines@example.org1"}, "password"),
        ({"email": "ines"}, "email"),
        ({"display_name": " "}, "display_name"),
        ({"display_name": "x" * 41}, "display_name"),
        ({"door": "x" * 61}, "door"),
        ({"lon": 1.0}, "lon"),
        ({"address_id": None, "address": {"number": "1"}}, "address.street"),
        (
            {"address_id": None, "address": {"number": "1", "street": "Rue X", "city": "Brest"}},
            "address",
        ),
    ],
)
async def test_a_wrong_field_is_named(client, town, changed, field):
    answer = await client.post("/api/accounts", json=newcomer(town, **changed))
    body = await answer.json()
    assert (answer.status, body["code"], body["field"]) == (400, "invalid", field)


@pytest.mark.parametrize("number", ["7", 7])
async def test_an_address_may_be_written_out(client, town, number):
    written = {"number": number, "street": "rue de la chaussee", "city": "RENNES"}
    answer = await client.post(
        "/api/accounts", json=newcomer(town, address_id=None, address=written)
    )
    assert answer.status == 201


async def test_a_known_email_makes_a_separate_account_and_answers_alike(client, house, town):
    first = await make_account(house, "ines@example.org")
    await house.db.write(lambda tx: _confirm(tx, first, house.clock.now()))

    known = await client.post("/api/accounts", json=newcomer(town))
    unknown = await client.post("/api/accounts", json=newcomer(town, email="paul@example.org"))

    known_body, unknown_body = await known.json(), await unknown.json()
    assert known.status == unknown.status == 201
    assert known_body.keys() == unknown_body.keys()
    assert known_body["account"] != first
    mails = await house.db.read(lambda tx: tx.all("SELECT about FROM job ORDER BY id"))
    assert [("known" in about, "confirm" in about) for (about,) in mails] == [
        (True, False),
        (False, True),
    ]


def _confirm(tx, account, now):
    from realtime.accounts.store import confirm_email

    confirm_email(tx, account, now)


async def test_a_door_takes_two_visitors_in_thirty_days(client, clock, town):
    async def arrive(number, **changed):
        body = newcomer(town, email=f"n{number}@example.org", **changed)
        answer = await client.post("/api/accounts", json=body)
        return answer.status, (await answer.json()).get("code")

    assert (await arrive(1, door="Appt. 4-B"))[0] == 201
    assert (await arrive(2, door="appt 4b"))[0] == 201
    assert await arrive(3, door="APPT 4 B") == (429, "door_quota")
    assert (await arrive(4, door="Appt 5"))[0] == 201
    clock.passed = timedelta(days=31)
    assert (await arrive(5, door="appt4b"))[0] == 201


async def test_a_building_takes_twenty_visitors_in_thirty_days(client, town):
    for number in range(20):
        body = newcomer(town, email=f"n{number}@example.org", door=f"porte {number}")
        assert (await client.post("/api/accounts", json=body)).status == 201

    answer = await client.post("/api/accounts", json=newcomer(town, door="porte 21"))

    assert (answer.status, (await answer.json())["code"]) == (429, "door_quota")


async def test_moving_makes_a_visitor_there_and_tells_the_account(client, house, camille, town):
    token = await sign_in(client, "camille@example.org")
    await _verify(house, camille)

    answer = await client.put(
        "/api/me/address", json={"address_id": town[-1].id}, headers=bearer(token)
    )

    body = await answer.json()
    assert answer.status == 200
    assert (body["street"], body["status"], body["level"]) == ("Rue du Palier", "visitor", "none")
    events = await house.db.read(lambda tx: tx.all("SELECT topic, kind FROM event"))
    assert events == [(f"account:{camille}", "account.changed")]
    member = await house.db.read(find_member, camille)
    assert member.visitor_until > house.clock.now() + timedelta(hours=47)
    assert not house.rights.may(member, Act.READ_STREET, house.clock.now())


async def test_an_organisation_has_no_home_to_move(client, house, camille, town):
    token = await sign_in(client, "camille@example.org")
    await _verify(house, camille, "organisation")
    before = await house.db.read(find_member, camille)

    answer = await client.put(
        "/api/me/address", json={"address_id": town[-1].id}, headers=bearer(token)
    )

    assert (answer.status, (await answer.json())["code"]) == (403, "not_allowed")
    assert await house.db.read(find_member, camille) == before


async def test_moving_does_not_prolong_a_visit(client, house, clock, town):
    body = await (await client.post("/api/accounts", json=newcomer(town))).json()
    clock.passed = timedelta(hours=20)

    moved = await client.put(
        "/api/me/address", json={"address_id": town[-1].id}, headers=bearer(body["token"])
    )

    assert (await moved.json())["visitor_until"] == body["visitor_until"]


async def test_naming_the_same_door_again_changes_nothing(client, house, town):
    body = await (await client.post("/api/accounts", json=newcomer(town))).json()
    await _verify(house, body["account"])

    same = await client.put(
        "/api/me/address", json={"address_id": town[0].id}, headers=bearer(body["token"])
    )

    assert (await same.json())["level"] == "postcard"


async def test_a_fourth_move_in_thirty_days_is_refused(client, town):
    body = await (await client.post("/api/accounts", json=newcomer(town))).json()
    statuses = []
    for at in range(1, 5):
        moved = await client.put(
            "/api/me/address", json={"address_id": town[at].id}, headers=bearer(body["token"])
        )
        statuses.append(moved.status)
    assert statuses == [200, 200, 200, 429]


async def _verify(house, account, level="postcard"):
    from dataclasses import replace

    def write(tx):
        member = find_member(tx, account)
        assert member is not None
        save_member(tx, replace(member, level=level, verified_at=house.clock.now()))

    await house.db.write(write)


async def test_suggestions_name_doors_and_never_positions(client, town):
    answer = await client.get("/api/addresses", params={"q": "12 rue de la chauss"})

    found = (await answer.json())["addresses"]
    assert found[0]["label"].startswith("12 Rue de la Chaussée")
    assert set(found[0]) == {"id", "label", "street", "city", "postcode", "cell"}


@pytest.mark.parametrize("query", ["", "a", "r"])
async def test_a_short_query_is_refused(client, query):
    answer = await client.get("/api/addresses", params={"q": query})
    assert (answer.status, (await answer.json())["code"]) == (400, "query_too_short")


async def test_a_name_and_a_language_can_be_changed(client, camille):
    token = await sign_in(client, "camille@example.org")

    answer = await client.patch(
        "/api/me", json={"display_name": "Cam", "language": "en"}, headers=bearer(token)
    )
    body = await answer.json()
    refused = await client.patch("/api/me", json={"language": "de"}, headers=bearer(token))

    assert (body["name"], body["language"]) == ("Cam", "en")
    assert refused.status == 400


async def test_another_device_is_signed_out_from_afar(client, camille):
    here = await sign_in(client, "camille@example.org")
    there = await sign_in(client, "camille@example.org")
    me = await (await client.get("/api/me", headers=bearer(here))).json()
    other = next(one["id"] for one in me["sessions"] if not one["current"])

    gone = await client.delete(f"/api/sessions/{other}", headers=bearer(here))
    again = await client.delete(f"/api/sessions/{other}", headers=bearer(here))

    assert (gone.status, again.status) == (204, 404)
    assert (await client.get("/api/me", headers=bearer(there))).status == 401


async def test_an_ip_signs_up_three_times_a_day_and_is_told_to_wait(client, house, town):
    object.__setattr__(house.limits, "_is_on", True)
    slip = await client.post("/api/accounts", json=newcomer(town, address_id="nowhere"))
    answers = [
        await client.post(
            "/api/accounts", json=newcomer(town, email=f"n{at}@example.org", door=str(at))
        )
        for at in range(4)
    ]

    assert slip.status == 400
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert (await answers[3].json())["code"] == "rate"
    assert int(answers[3].headers["Retry-After"]) > 3_600


async def test_a_sign_up_tries_thirty_doors_an_hour_and_searches_go_on(client, house, town):
    object.__setattr__(house.limits, "_is_on", True)
    written = {"number": "31", "street": "Rue de la Chaussée", "city": "Rennes"}
    there = newcomer(town, address_id=None, address=written)
    answers = [await client.post("/api/accounts", json=there) for _ in range(30)]
    one_more = await client.post("/api/accounts", json=there)
    search = await client.get("/api/addresses", params={"q": "31 rue de la chaussée"})

    assert {answer.status for answer in answers} == {400}
    assert (one_more.status, search.status) == (429, 200)


async def test_one_signs_up_though_the_street_behind_the_ip_has_searched_its_fill(
    client, house, town
):
    object.__setattr__(house.limits, "_is_on", True)
    asked = [
        (await client.get("/api/addresses", params={"q": "rue de brest"})).status
        for _ in range(400)
    ]
    signed_up = await client.post("/api/accounts", json=newcomer(town))

    assert asked[:300] == [200] * 300
    assert asked[-1] == 429
    assert signed_up.status == 201
