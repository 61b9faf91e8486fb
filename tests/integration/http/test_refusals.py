"""Each refusal of each route of accounts and trust, as a client meets it, on both databases.

A refusal without a way to it fails. What the other files tell as stories is here in rows.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from realtime.accounts.passwords import WAITING
from realtime.accounts.postcards.actions import list_sheets
from realtime.accounts.postcards.model import check_symbol
from realtime.ids import new_token
from realtime.wire import http_accounts, http_trust
from realtime.wire.http import STATUS
from tests.integration.http.conftest import PASSWORD
from tests.integration.http.refusing import (
    NOBODYS,
    Answer,
    Street,
    Way,
    again,
    newcomer_gives,
    resident_gives,
    while_many_hash,
)
from tests.integration.http.test_mailed_links import letters, token_in
from tests.support.town import CHAUSSEE, add_addresses, street_addresses

CODE = "ABCD1234" + check_symbol("ABCD1234")
WRONG = {"email": "n0@example.org", "password": "ce n’est pas lui"}
CHANGE = {"current": PASSWORD, "password": "une autre phrase assez longue"}
PARIS = {"lon": 2.35, "lat": 48.85, "accuracy": 10.0}


async def three_a_day(street: Street) -> Answer:
    object.__setattr__(street.house.limits, "_is_on", True)
    for _ in range(3):
        assert (await street.ask(**street.form()))[0] == 201
    return await street.ask(**street.form())


async def a_third_at_the_door(street: Street) -> Answer:
    for _ in range(2):
        await street.newcomer(door="B")
    return await street.ask(**street.form(door="B"))


async def a_third_moves_in(street: Street) -> Answer:
    for _ in range(2):
        await street.newcomer(door="B")
    elsewhere = await street.newcomer(at=1)
    return await street.ask(elsewhere, address_id=street.addresses[0].id, door="B")


async def a_fourth_move(street: Street) -> Answer:
    who = await street.newcomer()
    for at in (1, 2, 3):
        assert (await street.ask(who, address_id=street.addresses[at].id))[0] == 200
    return await street.ask(who, address_id=street.addresses[4].id)


async def a_link_while_many_hash(street: Street) -> Answer:
    await street.newcomer()
    await letters(street.house)
    await street.call("POST", "/api/password/forgot", "", json={"email": WRONG["email"]})
    (letter,) = await letters(street.house)
    street.house.hasher._waiting = WAITING
    return await street.ask(token=token_in(letter), password=CHANGE["password"])


async def a_third_card(street: Street) -> Answer:
    who = await street.newcomer()
    for _ in range(2):
        assert (await street.ask(who))[0] == 201
    return await street.ask(who)


async def a_wrong_code(street: Street) -> Answer:
    who = await street.newcomer()
    await street.call("POST", "/api/verification/postcard", who)
    return await street.ask(who, code=CODE)


async def an_imitator_s_code(street: Street) -> Answer:
    await street.resident()
    who = await street.newcomer(display_name="PauI")
    await street.call("POST", "/api/verification/postcard", who)
    house = street.house
    now = house.clock.now()
    sheets, _ = await house.db.read(list_sheets, house.keyring, "", now, new_only=False)
    return await street.ask(who, code=sheets[0].code)


async def words_for_an_imitator(street: Street) -> Answer:
    request = await street.asked_for_words(await street.newcomer(display_name="PauI"))
    assert (await street.ask(await street.resident(), request=request))[0] == 201
    return await street.ask(await street.resident(at=2), request=request)


async def an_imitator_in_the_house(street: Street) -> Answer:
    owner = await street.newcomer(door="B", display_name="Paul")
    mate = await street.newcomer(door="B", display_name="PauI")
    request = await street.asked_for_words(mate)
    await street.raise_level(owner, "postcard")
    return await street.ask(owner, request=request)


async def asked_twice(street: Street) -> Answer:
    who = await street.newcomer()
    assert (await street.ask(who))[0] == 201
    return await street.ask(who)


async def a_fourth_request(street: Street) -> Answer:
    who = await street.newcomer()
    for week in range(3):
        street.clock.passed = timedelta(days=8 * week)
        assert (await street.ask(who))[0] == 201
    street.clock.passed = timedelta(days=24)
    return await street.ask(who)


async def for_oneself(street: Street) -> Answer:
    who = await street.newcomer()
    return await street.ask(who, request=await street.asked_for_words(who))


async def twice_by_one_household(street: Street) -> Answer:
    request = await street.asked_for_words(await street.newcomer())
    paul = await street.resident()
    assert (await street.ask(paul, request=request))[0] == 201
    return await street.ask(paul, request=request)


async def a_fourth_word(street: Street) -> Answer:
    paul = await street.resident()
    for _ in range(3):
        request = await street.asked_for_words(await street.newcomer())
        assert (await street.ask(paul, request=request))[0] == 201
    return await street.ask(paul, request=await street.asked_for_words(await street.newcomer()))


async def a_housemate_who_was_proved_meanwhile(street: Street) -> Answer:
    owner, mate = [await street.newcomer(door="B") for _ in range(2)]
    request = await street.asked_for_words(mate)
    for one in (owner, mate):
        await street.raise_level(one, "postcard")
    return await street.ask(owner, request=request)


WAYS: dict[str, dict[str, Way]] = {
    "POST /api/session": {
        "invalid": newcomer_gives(),
        "wrong_credentials": newcomer_gives(**WRONG),
        "rate": again(5, **WRONG),
        "busy": while_many_hash(**WRONG),
    },
    "GET /api/addresses": {
        "query_too_short": newcomer_gives(q="r"),
        "rate": again(300, q="rue de la chaussée"),
    },
    "POST /api/accounts": {
        "invalid": newcomer_gives(),
        "confusable_name": lambda street: street.ask(**street.form(display_name="La Mairie")),
        "door_quota": a_third_at_the_door,
        "rate": three_a_day,
        "busy": lambda street: while_many_hash(**street.form())(street),
    },
    "PATCH /api/me": {
        "invalid": newcomer_gives(language="de"),
        "confusable_name": newcomer_gives(display_name="Mairie"),
    },
    "PUT /api/me/address": {
        "invalid": newcomer_gives(),
        "door_quota": a_third_moves_in,
        "move_quota": a_fourth_move,
        "rate": again(30, address_id="nowhere"),
    },
    "PUT /api/me/password": {
        "invalid": newcomer_gives(),
        "wrong_credentials": newcomer_gives(**CHANGE | {"current": WRONG["password"]}),
        "rate": again(5, **CHANGE | {"current": WRONG["password"]}),
        "busy": while_many_hash(**CHANGE),
    },
    "DELETE /api/sessions/{session}": {"not_found": newcomer_gives()},
    "POST /api/email/send": {"rate": again(5)},
    "POST /api/email/confirm": {
        "invalid": newcomer_gives(),
        "link_dead": newcomer_gives(token=new_token()),
    },
    "POST /api/password/forgot": {
        "invalid": newcomer_gives(),
        "rate": again(5, email=WRONG["email"]),
    },
    "POST /api/password/reset": {
        "invalid": newcomer_gives(),
        "link_dead": newcomer_gives(token=new_token(), password=CHANGE["password"]),
        "busy": a_link_while_many_hash,
    },
    "POST /api/verification/postcard": {
        "already_verified": resident_gives(),
        "postcard_quota": a_third_card,
    },
    "POST /api/verification/postcard/redeem": {
        "invalid": newcomer_gives(),
        "already_verified": resident_gives(code=CODE),
        "wrong_code": a_wrong_code,
        "confusable_name": an_imitator_s_code,
        "code_dead": newcomer_gives(code=CODE),
    },
    "POST /api/verification/postcard/refuse": {
        "invalid": newcomer_gives(),
        "code_dead": newcomer_gives(code=CODE),
        "rate": again(30, code=CODE),
    },
    "POST /api/verification/location": {
        "invalid": newcomer_gives(),
        "already_verified": resident_gives(**PARIS),
        "too_far": newcomer_gives(**PARIS),
        "too_vague": newcomer_gives(**PARIS | {"accuracy": 251.0}),
        "rate": again(30, **PARIS),
    },
    "POST /api/verification/vouch-requests": {
        "already_verified": resident_gives(),
        "already_asked": asked_twice,
        "vouch_request_quota": a_fourth_request,
    },
    "GET /api/verification/vouch-requests/{request}": {
        "may_not_vouch": for_oneself,
        "not_found": resident_gives(request=NOBODYS),
    },
    "POST /api/vouches": {
        "invalid": newcomer_gives(),
        "may_not_vouch": for_oneself,
        "not_found": resident_gives(request=NOBODYS),
        "already_vouched": twice_by_one_household,
        "vouch_quota": a_fourth_word,
        "confusable_name": words_for_an_imitator,
    },
    "POST /api/household/members": {
        "invalid": newcomer_gives(),
        "may_not_vouch": for_oneself,
        "not_found": resident_gives(request=NOBODYS),
        "already_verified": a_housemate_who_was_proved_meanwhile,
        "confusable_name": an_imitator_in_the_house,
    },
}
PAIRS = [(route, code) for route, ways in WAYS.items() for code in ways]


def test_every_refusal_has_a_way_to_it() -> None:
    routes = (*http_accounts.ROUTES, *http_trust.ROUTES)
    promised = {f"{one.method} {one.path}": set(one.refusals) for one in routes if one.refusals}
    assert {route: set(ways) for route, ways in WAYS.items()} == promised


@pytest.mark.parametrize(("route", "code"), PAIRS)
async def test_a_refusal_is_met_as_promised(client, house, clock, route: str, code: str) -> None:
    addresses = street_addresses(CHAUSSEE, 30)
    await add_addresses(house.db, clock, addresses)
    status, body = await WAYS[route][code](Street(client, house, clock, addresses, route))
    assert (status, body["code"]) == (STATUS[code], code)
    assert body["message"]
