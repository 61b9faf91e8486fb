"""A card by post: asked for, printed, redeemed; or wrong, refused, late."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pypdf
import pytest

from realtime.accounts.postcards.actions import list_sheets
from realtime.accounts.postcards.model import check_symbol, shown
from realtime.accounts.postcards.printing import print_cards
from realtime.keyring import Keyring
from tests.integration.http.conftest import PASSWORD, bearer, serve
from tests.support.town import CHAUSSEE, PALIER, add_addresses, street_addresses


@pytest.fixture
async def town(house):
    near = [*street_addresses(CHAUSSEE, 30), *street_addresses(PALIER, 30)]
    await add_addresses(house.db, house.clock, near)
    return near


async def arrive(client, address, number=1, door="", name="Inès Morel"):
    body = {
        "email": f"n{number}@example.org",
        "password": PASSWORD,
        "display_name": name,
        "address_id": address.id,
        "door": door,
        "age_ok": True,
    }
    answer = await client.post("/api/accounts", json=body)
    assert answer.status == 201, await answer.text()
    return (await answer.json())["token"]


async def ask(client, token):
    answer = await client.post("/api/verification/postcard", headers=bearer(token))
    return answer.status, await answer.json()


async def redeem(client, token, code):
    answer = await client.post(
        "/api/verification/postcard/redeem", json={"code": code}, headers=bearer(token)
    )
    return answer.status, await answer.json()


async def export(house):
    sheets, after = await house.db.read(
        list_sheets, house.keyring, "", house.clock.now(), new_only=False
    )
    assert after == ""
    return sheets


def other_code(code):
    """Well formed, and wrong."""
    symbols = code.replace("-", "")[:8]
    symbols = ("A" if symbols[0] != "A" else "B") + symbols[1:]
    return shown(symbols + check_symbol(symbols))


async def test_the_printed_code_opens_the_street(client, house, town):
    token = await arrive(client, town[0])
    status, card = await ask(client, token)
    (sheet,) = await export(house)

    verified, me = await redeem(client, token, sheet.code.lower().replace("-", " "))

    assert status == 201
    assert card["tries_left"] == 5
    assert verified == 200
    assert (me["status"], me["level"]) == ("verified", "postcard")
    assert me["rights"]["write_street"]
    kinds = await house.db.read(lambda tx: tx.all("SELECT kind FROM event"))
    assert kinds == [("account.changed",), ("member.arrived",)]
    assert await ask(client, token) == (409, (await ask(client, token))[1])
    assert (await redeem(client, token, sheet.code))[0] == 409


async def test_five_wrong_codes_kill_the_card_even_for_the_right_one(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)
    (sheet,) = await export(house)

    answers = [await redeem(client, token, other_code(sheet.code)) for _ in range(5)]
    sixth = await redeem(client, token, sheet.code)

    assert [(status, body["code"], body["tries_left"]) for status, body in answers] == [
        (422, "wrong_code", left) for left in (4, 3, 2, 1, 0)
    ]
    assert (sixth[0], sixth[1]["code"]) == (410, "code_dead")


async def test_a_slip_of_the_pen_costs_no_try(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)
    (sheet,) = await export(house)
    last = sheet.code[-1]
    slip = sheet.code[:-1] + ("A" if last != "A" else "B")

    for _ in range(7):
        status, body = await redeem(client, token, slip)
        assert (status, body["code"], body["tries_left"]) == (422, "wrong_code", 5)

    assert (await redeem(client, token, sheet.code))[0] == 200


async def test_a_code_of_thirty_days_is_dead_but_not_before(client, house, clock, town):
    tokens = [await arrive(client, town[at], at) for at in range(2)]
    for token in tokens:
        await ask(client, token)
    codes = {sheet.account: sheet.code for sheet in await export(house)}
    first, second = codes.values()

    clock.passed = timedelta(days=20)
    assert (await client.get("/api/me", headers=bearer(tokens[1]))).status == 200
    clock.passed = timedelta(days=29, hours=23)
    assert (await redeem(client, tokens[0], first))[0] == 200
    clock.passed = timedelta(days=30, seconds=1)
    assert (await redeem(client, tokens[1], second))[0] == 410


async def test_an_expired_visitor_may_still_ask_and_redeem(client, house, clock, town):
    token = await arrive(client, town[0])
    clock.passed = timedelta(days=3)
    assert (await ask(client, token))[0] == 201
    (sheet,) = await export(house)
    clock.passed = timedelta(days=10)

    ways = await (await client.get("/api/verification", headers=bearer(token))).json()

    assert ways["postcard"]["account_until"] > ways["postcard"]["code_until"]
    assert (await redeem(client, token, sheet.code))[0] == 200


async def test_somebody_elses_code_is_wrong(client, house, town):
    tokens = [await arrive(client, town[at], at) for at in range(2)]
    for token in tokens:
        await ask(client, token)
    first = (await export(house))[0]

    status, body = await redeem(client, tokens[1], first.code)

    assert (status, body["tries_left"]) == (422, 4)


async def test_without_a_card_no_code_is_right(client, town):
    token = await arrive(client, town[0])
    symbols = "ABCD1234"
    status, body = await redeem(client, token, symbols + check_symbol(symbols))
    assert (status, body["code"]) == (410, "code_dead")


async def test_cards_have_quotas_per_account_and_per_door(client, clock, town):
    one = await arrive(client, town[0], 1, "A")
    other = await arrive(client, town[0], 2, "A")

    assert [(await ask(client, one))[0] for _ in range(2)] == [201, 201]
    assert (await ask(client, one))[1]["code"] == "postcard_quota"
    assert (await ask(client, other))[0] == 429
    clock.passed = timedelta(days=20)
    assert (await client.get("/api/me", headers=bearer(other))).status == 200
    clock.passed = timedelta(days=31)
    assert (await ask(client, other))[0] == 201


async def test_a_building_gets_twenty_cards(client, town):
    for number in range(20):
        token = await arrive(client, town[0], number, f"porte {number}")
        assert (await ask(client, token))[0] == 201

    # Moving in beside them is refused by the building's own quota, so the last asks twice.
    assert (await ask(client, token))[0] == 429


async def test_this_is_not_me_stops_the_card_and_those_that_would_follow(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)
    (sheet,) = await export(house)

    refused = await client.post("/api/verification/postcard/refuse", json={"code": sheet.refusal})

    assert refused.status == 204
    assert (await redeem(client, token, sheet.code))[0] == 410
    assert (await ask(client, token))[0] == 429
    again = await client.post("/api/verification/postcard/refuse", json={"code": sheet.refusal})
    assert again.status == 410


async def test_a_housemate_joins_the_household_with_the_same_card(client, house, town):
    one = await arrive(client, town[0], 1, "Martin")
    other = await arrive(client, town[0], 2, "Martin")
    stranger = await arrive(client, town[1], 3)
    await ask(client, one)
    (sheet,) = await export(house)
    assert (await redeem(client, other, sheet.code))[0] == 410

    assert (await redeem(client, one, sheet.code))[0] == 200
    assert (await redeem(client, other, sheet.code))[0] == 200
    assert (await redeem(client, stranger, sheet.code))[0] == 410

    households = await house.db.read(
        lambda tx: tx.all(
            "SELECT count(*), count(DISTINCT household) FROM member WHERE level = 'postcard'"
        )
    )
    assert households == [(2, 1)]


async def test_who_moves_away_leaves_nothing_to_print_or_redeem(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)
    (sheet,) = await export(house)
    await client.put("/api/me/address", json={"address_id": town[-1].id}, headers=bearer(token))

    assert await export(house) == []
    assert (await redeem(client, token, sheet.code))[0] == 410


async def test_the_print_shows_what_a_letter_needs(client, house, town, tmp_path):
    token = await arrive(client, town[11], 1, "Appt 4", name="Inès #let x = 1 <Morel>")
    await ask(client, token)
    sheets = await export(house)

    await asyncio.to_thread(print_cards, sheets, "https://palier.example.org", tmp_path / "out")

    listed = orjson.loads((tmp_path / "out" / "postcards.json").read_bytes())
    assert listed == [
        {
            "account": sheets[0].account,
            "address": "12 Rue de la Chaussée, Appt 4, 35000 Rennes",
            "code": sheets[0].code,
        }
    ]
    pdf = pypdf.PdfReader(tmp_path / "out" / "postcards.pdf")
    (page,) = pdf.pages
    width, height = (float(side) * 25.4 / 72 for side in page.mediabox[2:])
    text = page.extract_text()
    assert (round(width), round(height)) == (148, 105)
    for words in (sheets[0].code, sheets[0].refusal, "12 Rue de la Chaussée", "#let x = 1 <Morel>"):
        assert words in text
    resources: Any = page["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    assert fonts
    assert all("/FontFile" in str(_descriptor(font)) for font in fonts)
    assert (tmp_path / "out" / "postcards.json").stat().st_mode & 0o077 == 0


def _descriptor(font):
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return inner["/FontDescriptor"].get_object()


async def test_a_second_print_holds_the_same_codes(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)

    assert await export(house) == await export(house)


async def test_no_code_lies_in_the_database(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)
    (sheet,) = await export(house)

    rows = await house.db.read(lambda tx: tx.all("SELECT * FROM postcard"))

    told = b"".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for v in rows[0])
    for code in (sheet.code, sheet.code.replace("-", ""), sheet.refusal):
        assert code.encode() not in told


async def test_after_a_lost_secret_a_home_is_named_and_proved_again(client, house, town):
    token = await arrive(client, town[0])
    await ask(client, token)
    house = replace(house, keyring=Keyring(b"another secret, as long as the first"))
    await client.close()
    client = await serve(house)
    try:
        headers = bearer(token)
        assert (await client.get("/api/verification", headers=headers)).status == 200
        assert (await ask(client, token))[0] == 404
        assert await export(house) == []
        named = await client.put(
            "/api/me/address", json={"address_id": town[0].id}, headers=headers
        )
        assert named.status == 200, await named.text()
        assert (await ask(client, token))[0] == 201
        (sheet,) = await export(house)
        assert (await redeem(client, token, sheet.code))[0] == 200
    finally:
        await client.close()
