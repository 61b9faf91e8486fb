"""Two neighbours' word, and the browser's position: who is let in, who is not, and why."""

from __future__ import annotations

import asyncio
import struct
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from realtime.accounts.demo import create_members
from realtime.accounts.vouching.actions import revoke
from realtime.geo.cells import cell_at
from realtime.members.store import find_member
from realtime.places.homes import Home
from realtime.places.ip_area import IpArea
from realtime.places.model import Address, Street
from tests.integration.http.conftest import PASSWORD, bearer, serve
from tests.support import canary
from tests.support.town import CHAUSSEE, PALIER, add_addresses, street_addresses

FAR = Street("Rue Loin", "35000", "Rennes", "35238", "0009")


@pytest.fixture
async def town(house):
    near = [*street_addresses(CHAUSSEE, 30), *street_addresses(PALIER, 30)]
    far = [
        Address(f"far{n}", n, "", FAR, -1.60, 48.20, cell_at(-1.60, 48.20)) for n in range(1, 25)
    ]
    await add_addresses(house.db, house.clock, [*near, *far])
    return [*near, *far]


async def arrive(client, address, number=1):
    body = {
        "email": f"n{number}@example.org",
        "password": PASSWORD,
        "display_name": f"Inès Morel{number}",
        "address_id": address.id,
        "door": f"{canary.DOOR} {number}",
        "age_ok": True,
    }
    answer = await client.post("/api/accounts", json=body)
    assert answer.status == 201, await answer.text()
    return await answer.json()


async def residents(house, addresses):
    homes = [Home(address, "") for address in addresses]
    names = [f"Voisin {at}" for at in range(len(homes))]
    return await house.db.write(create_members, house.keyring, homes, names, house.clock.now())


async def ask(client, token):
    answer = await client.post("/api/verification/vouch-requests", headers=bearer(token))
    return answer.status, await answer.json()


async def look_at(client, token, request):
    answer = await client.get(f"/api/verification/vouch-requests/{request}", headers=bearer(token))
    return answer.status, await answer.json()


async def vouch(client, token, request):
    answer = await client.post("/api/vouches", json={"request": request}, headers=bearer(token))
    return answer.status, await answer.json()


async def test_the_word_of_two_households_lets_a_neighbour_in(client, house, town):
    ines = await arrive(client, town[0])
    paul, nadia, _ = await residents(house, [town[1], town[35], town[2]])
    _, asked = await ask(client, ines["token"])

    seen = await (
        await client.get("/api/verification/vouch-requests", headers=bearer(paul.token))
    ).json()
    first = await vouch(client, paul.token, asked["id"])
    again = await vouch(client, paul.token, asked["id"])
    second = await vouch(client, nadia.token, asked["id"])

    assert [(one["name"], one["mine"]) for one in seen["requests"]] == [("Inès M.", False)]
    assert first == (201, {"vouches": 1, "needed": 2, "verified": False})
    assert (again[0], again[1]["code"]) == (409, "already_vouched")
    assert second == (201, {"vouches": 2, "needed": 2, "verified": True})
    me = await (await client.get("/api/me", headers=bearer(ines["token"]))).json()
    assert (me["level"], me["rights"]["write_street"], me["rights"]["vouch"]) == (
        "vouched",
        True,
        False,
    )
    assert (await ask(client, ines["token"]))[1]["code"] == "already_verified"


async def test_who_may_not_vouch_is_told_why(client, house, town):
    ines = await arrive(client, town[0], 1)
    visitor = await arrive(client, town[1], 2)
    near, far, fresh, mate = await residents(house, [town[2], town[-1], town[3], town[4]])
    await _change(house, "verified_at = :v", fresh.account, v=_millis(house, days=-13))
    await _change(house, "household = :h", mate.account, h=ines["account"])
    _, asked = await ask(client, ines["token"])
    own = await ask(client, near.token)

    reasons, sentences = {}, set()
    for name, token in {
        "self": ines["token"],
        "level": visitor["token"],
        "not_near": far.token,
        "too_new": fresh.token,
        "household": mate.token,
    }.items():
        status, body = await vouch(client, token, asked["id"])
        assert (status, body["code"]) == (403, "may_not_vouch")
        assert await look_at(client, token, asked["id"]) == (status, body)
        reasons[name] = body["reason"]
        sentences.add(body["message"])

    assert reasons == {name: name for name in reasons}
    assert len(sentences) == len(reasons)
    status, shown = await look_at(client, near.token, asked["id"])
    assert (status, shown["id"], shown["housemate"]) == (200, asked["id"], False)
    assert (own[0], own[1]["code"]) == (409, "already_verified")
    assert (await vouch(client, near.token, "0" * 26))[0] == 404


async def _change(house, what, account, **values):
    await house.db.write(
        lambda tx: tx.run(f"UPDATE member SET {what} WHERE account = :a", a=account, **values)
    )


def _millis(house, **passed):
    return round((house.clock.now() + timedelta(**passed)).timestamp() * 1000)


async def test_a_household_vouches_three_times_in_ninety_days(client, house, town):
    (paul,) = await residents(house, [town[30]])
    answers = []
    for number in range(4):
        ines = await arrive(client, town[number], number)
        _, asked = await ask(client, ines["token"])
        answers.append(await vouch(client, paul.token, asked["id"]))

    assert [status for status, _ in answers] == [201, 201, 201, 429]
    assert answers[-1][1]["code"] == "vouch_quota"


async def test_a_request_is_open_for_seven_days_and_asked_once_at_a_time(
    client, house, clock, town
):
    ines = await arrive(client, town[0])
    (paul,) = await residents(house, [town[1]])
    _, asked = await ask(client, ines["token"])
    assert (await ask(client, ines["token"]))[1]["code"] == "already_asked"
    clock.passed = timedelta(days=7, seconds=1)

    assert (await vouch(client, paul.token, asked["id"]))[0] == 404
    assert (await ask(client, ines["token"]))[0] == 201


async def test_the_fourth_request_in_thirty_days_is_refused(client, house, clock, town):
    ines = await arrive(client, town[0])
    answers = []
    for days in (0, 8, 16, 24, 29.9, 30.1, 31):
        clock.passed = timedelta(days=days)
        status, body = await ask(client, ines["token"])
        answers.append(status if status == 201 else body["code"])

    refused = ["vouch_request_quota", "vouch_request_quota"]
    assert answers == [201, 201, 201, *refused, 201, "already_asked"]


async def test_two_neighbours_at_the_same_moment_are_enough(client, house, town):
    ines = await arrive(client, town[0])
    paul, nadia = await residents(house, [town[1], town[2]])
    _, asked = await ask(client, ines["token"])

    answers = await asyncio.gather(
        vouch(client, paul.token, asked["id"]), vouch(client, nadia.token, asked["id"])
    )

    assert sorted(body["verified"] for _, body in answers) == [False, True]


async def test_a_housemate_is_taken_in_by_who_lives_there(client, house, town):
    (paul,) = await residents(house, [town[0]])
    await _change(house, "verified_at = :v", paul.account, v=_millis(house, days=-1))
    mate, neighbour = await arrive(client, town[0], 1), await arrive(client, town[1], 2)
    await _same_door(house, paul.account, mate["account"])
    asked = [(await ask(client, one["token"]))[1]["id"] for one in (mate, neighbour)]

    seen = await (
        await client.get("/api/verification/vouch-requests", headers=bearer(paul.token))
    ).json()
    by_link = await look_at(client, paul.token, asked[0])
    answers = []
    for token, request in (
        (paul.token, asked[1]),
        (mate["token"], asked[0]),
        (paul.token, asked[0]),
    ):
        body = {"request": request}
        answer = await client.post("/api/household/members", json=body, headers=bearer(token))
        answers.append(answer.status)

    assert [(one["id"], one["housemate"]) for one in seen["requests"]] == [(asked[0], True)]
    assert by_link == (200, seen["requests"][0])
    assert answers == [403, 403, 204]
    joined = await house.db.read(find_member, mate["account"])
    assert (joined.level, joined.household) == ("vouched", paul.account)


async def _same_door(house, one, other):
    await house.db.write(
        lambda tx: tx.run(
            """UPDATE dwelling SET door = (SELECT door FROM dwelling WHERE account = :one)
               WHERE account = :other""",
            one=one,
            other=other,
        )
    )


async def test_a_fake_account_takes_its_words_with_it(client, house, town):
    paul, nadia, omar = await residents(house, [town[31], town[32], town[33]])
    two = await arrive(client, town[0], 1)
    other = await arrive(client, town[1], 2)
    for newcomer, vouchers in ((two, (paul, nadia)), (other, (nadia, omar))):
        _, asked = await ask(client, newcomer["token"])
        for voucher in vouchers:
            await vouch(client, voucher.token, asked["id"])

    def fall(tx, now):
        member = find_member(tx, paul.account)
        assert member is not None
        return revoke(tx, member, timedelta(hours=48), now)

    fallen = (await house.committer.commit(fall)).value

    assert fallen == [paul.account, two["account"]]
    levels = [
        (await house.db.read(find_member, account)).level
        for account in (paul.account, two["account"], other["account"])
    ]
    assert levels == ["none", "none", "vouched"]


async def locate(client, token, address, accuracy=20.0, *, north=0.0):
    answer = await client.post(
        "/api/verification/location",
        json={"lon": address.lon, "lat": address.lat + north, "accuracy": accuracy},
        headers=bearer(token),
    )
    return answer.status, await answer.json()


async def test_a_position_near_home_opens_the_neighbourhood_at_once(client, house, town):
    ines = await arrive(client, town[0])

    status, me = await locate(client, ines["token"], town[0], north=0.001)

    assert (status, me["level"], me["status"]) == (200, "location", "verified")
    assert me["rights"]["write_neighbourhood"]
    assert not me["rights"]["read_street"]
    assert (await locate(client, ines["token"], town[0]))[1]["code"] == "already_verified"
    assert (await ask(client, ines["token"]))[0] == 201


@pytest.mark.parametrize(
    ("accuracy", "north", "code"),
    [(20.0, 0.004, "too_far"), (251.0, 0.0, "too_vague"), (100.0, 0.0035, "too_far")],
)
async def test_a_far_or_vague_position_proves_nothing(client, town, accuracy, north, code):
    ines = await arrive(client, town[0])
    status, body = await locate(client, ines["token"], town[0], accuracy, north=north)
    assert (status, body["code"]) == (422, code)


@pytest.mark.parametrize("wrong", ["NaN", "181", '"1"', "null", "true"])
async def test_a_position_is_numbers_within_the_world(client, town, wrong):
    ines = await arrive(client, town[0])
    answer = await client.post(
        "/api/verification/location",
        data=f'{{"lon": {wrong}, "lat": 48.1, "accuracy": 10}}',
        headers={**bearer(ines["token"]), "Content-Type": "application/json"},
    )
    assert (answer.status, (await answer.json())["code"]) == (400, "invalid")


async def test_a_connection_from_elsewhere_contradicts_a_position(house, town, tmp_path):
    def database_of(lon, lat):
        writer = MMDBWriter(4, "GeoLite2-City", languages=["en"], description="test")
        place = {"longitude": lon, "latitude": lat, "accuracy_radius": 20}
        writer.insert_network(IPSet(["127.0.0.0/8"]), {"location": place})
        path = tmp_path / f"{lat}.mmdb"
        writer.to_db_file(str(path))
        return IpArea(str(path))

    marseille = await asyncio.to_thread(database_of, 5.37, 43.3)
    nantes = await asyncio.to_thread(database_of, -1.55, 47.22)
    client = await serve(house)
    try:
        ines = await arrive(client, town[0])
        object.__setattr__(house, "ip_area", marseille)
        far = await locate(client, ines["token"], town[0])
        object.__setattr__(house, "ip_area", nantes)
        near = await locate(client, ines["token"], town[0])
    finally:
        await client.close()
        marseille.close()
        nantes.close()

    assert (far[0], far[1]["code"]) == (422, "too_far")
    assert near[0] == 200


async def test_nothing_precise_stays_of_a_position(client, house, town, database_url):
    ines = await arrive(client, town[0])
    lon, lat, accuracy = town[0].lon + 0.0007654, town[0].lat + 0.0004321, 33.2517
    answer = await client.post(
        "/api/verification/location",
        json={"lon": lon, "lat": lat, "accuracy": accuracy},
        headers=bearer(ines["token"]),
    )
    assert answer.status == 200

    kept = await asyncio.to_thread(bytes_of, database_url)

    assert ines["account"].encode() in kept
    for number in (lon, lat, accuracy):
        assert [trace for trace in traces_of(number) if trace in kept] == []
    proofs = await house.db.read(lambda tx: tx.all("SELECT method, detail, at FROM proof"))
    assert [(method, detail) for method, detail, _ in proofs] == [("location", "100 m")]
    assert proofs[0][2] % 86_400_000 == 0


def traces_of(number):
    """What shows that it was kept: its digits down to a metre, not rounded; or a packed double."""
    whole, _, decimals = repr(number).partition(".")
    doubles = [struct.pack(order, number) for order in ("<d", ">d")]
    # PostgreSQL shows bytes as hex.
    packed = [*doubles, *(double.hex().encode() for double in doubles)]
    return [f"{whole}.{decimals[:5]}".encode(), *packed]


def bytes_of(url):
    """SQLite: the file and its log as they are. PostgreSQL: every row of every table, as text."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        return b"".join(Path(path + end).read_bytes() for end in ("", "-wal"))
    with psycopg.connect(url) as db:
        tables = db.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        return "\n".join(
            row for (table,) in tables for (row,) in db.execute(f"SELECT t::text FROM {table} t")
        ).encode()
