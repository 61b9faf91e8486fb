"""Demo members and example residents are ready to use at once."""

from __future__ import annotations

from datetime import timedelta

from realtime.accounts import store
from realtime.accounts.demo import create_members, invent_names
from realtime.accounts.example import create_examples, invent_residents, neighbouring
from realtime.accounts.homes.actions import find_lived
from realtime.members.rights import Act, Rights
from realtime.members.store import get_member
from realtime.places.homes import Home
from tests.integration.accounts.conftest import NOW, PALIER, address

RIGHTS = Rights(frozenset({"vouched", "postcard", "in_person"}))


async def test_demo_members_are_signed_in_residents_a_household_each(database, keyring):
    homes = [Home(address(1), ""), Home(address(1), "Logement 2"), Home(address(2), "")]

    made = await database.write(create_members, keyring, homes, invent_names(3, seed=1), NOW)
    more = await database.write(create_members, keyring, homes, invent_names(3, seed=1), NOW)

    households, doors = set(), set()
    for demo in made + more:
        signed_in = await database.read(store.find_signed_in, demo.token, NOW)
        member = await database.read(get_member, demo.account)
        lived = await database.read(find_lived, keyring, demo.account)
        assert signed_in is not None
        assert signed_in.account == demo.account
        assert (member.level, member.home_cell) == ("postcard", demo.cell)
        assert RIGHTS.may(member, Act.VOUCH, NOW)
        households.add(member.household)
        doors.add(lived.door)
    assert len(households) == len(doors) == 6


async def test_demo_members_take_no_newcomers_place(database, keyring):
    from realtime.accounts.homes.actions import dwelling_at, move_in
    from realtime.accounts.store import add_account

    homes = [Home(address(1), "")] * 25
    await database.write(create_members, keyring, homes, invent_names(25, seed=1), NOW)

    def arrive(tx):
        add_account(tx, "newcomer", "ines@example.org", "x", NOW)
        move_in(tx, keyring, "newcomer", dwelling_at(tx, keyring, address(1), ""), NOW, is_new=True)

    await database.write(arrive)


async def test_the_two_examples_live_in_neighbouring_streets_and_come_once(database, keyring):
    homes = neighbouring([address(1), address(3), address(2, PALIER)])
    residents = invent_residents()

    first = await database.write(create_examples, keyring, residents, ["x", "y"], homes, NOW)
    again = await database.write(create_examples, keyring, residents, ["x", "y"], homes, NOW)

    assert (first, again) == (True, False)
    assert len({resident.password for resident in residents + invent_residents()}) == 4
    found = await database.read(store.list_candidates, residents[1].email, 2)
    member = await database.read(get_member, found[0].account)
    assert (member.name, member.street) == ("Nadia Benali", "Rue du Palier")
    assert NOW - member.verified_at >= timedelta(days=14)


async def test_no_address_lies_open_in_the_database(database, keyring):
    await database.write(
        create_members, keyring, [Home(address(987654321), "Canari")], ["Léa"], NOW
    )

    rows = await database.read(lambda tx: tx.all("SELECT * FROM dwelling"))

    told = repr(rows) + repr(b"".join(bytes(row[-1]) for row in rows))
    for canary in ("987654321", "Canari", "Chauss", "48.11"):
        assert canary not in told
