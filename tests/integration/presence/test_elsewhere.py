"""Nodes tell each other who is here, through sets in Redis that end by themselves."""

from __future__ import annotations

from redis.asyncio import Redis

from realtime.db import Database, Tx
from realtime.presence.model import SHOWN, Here, as_shown
from realtime.presence.store import LEASE_SECONDS, PREFIX, RedisElsewhere, set_choice
from tests.support.residents import member, settle

ADA = Here("ada", "gbwc9z1", "gbwc9z")
BO = Here("bo", "gbwc9z2", "gbwc9z")
FAR = Here("cy", "u09tvw0", "u09tvw")


async def test_each_node_hears_who_is_on_the_others_in_its_regions(redis_url: str) -> None:
    one, two, three = (RedisElsewhere(redis_url) for _ in range(3))
    assert await one.exchange({"gbwc9": {ADA}}) == set()
    assert await two.exchange({"gbwc9": {BO}, "u09tv": {FAR}}) == {ADA}
    assert await one.exchange({"gbwc9": {ADA}}) == {BO}
    assert await three.exchange({}) == set()
    # The last member of a region left: the set goes at once.
    assert await two.exchange({"u09tv": {FAR}}) == set()
    assert await one.exchange({"gbwc9": {ADA}}) == set()
    for node in (one, two, three):
        await node.close()


async def test_a_killed_nodes_members_are_gone_with_its_lease(redis_url: str) -> None:
    one = RedisElsewhere(redis_url)
    await one.exchange({"gbwc9": {ADA}})
    client = Redis.from_url(redis_url)
    leases = [await client.ttl(key) for key in await client.keys(f"{PREFIX}gbwc9:*")]
    assert len(leases) == 1
    assert 0 < leases[0] <= LEASE_SECONDS
    await client.aclose()
    await one.close()


async def test_a_node_with_nobody_to_show_hears_who_is_shown_elsewhere(redis_url: str) -> None:
    one, two = RedisElsewhere(redis_url), RedisElsewhere(redis_url)
    shown = as_shown(["ada"])
    assert await one.exchange({SHOWN: shown}) == set()
    assert await two.exchange({SHOWN: set()}) == shown
    # Hidden from now on: the next look says so.
    assert await one.exchange({SHOWN: set()}) == set()
    assert await two.exchange({SHOWN: set()}) == set()
    for node in (one, two):
        await node.close()


async def test_what_is_no_entry_is_left_out(redis_url: str) -> None:
    client = Redis.from_url(redis_url)
    await client.sadd(f"{PREFIX}gbwc9", "stranger")
    await client.sadd(f"{PREFIX}gbwc9:stranger", b"\xff", "a|b", "|".join(BO))
    one = RedisElsewhere(redis_url)
    assert await one.exchange({"gbwc9": {ADA}}) == {BO}
    await client.aclose()
    await one.close()


async def test_without_redis_a_node_counts_its_own() -> None:
    one = RedisElsewhere("redis://127.0.0.1:1")
    assert await one.exchange({"gbwc9": {ADA}}) == set()
    await one.close()


async def test_a_choice_is_kept_once_per_account(database: Database) -> None:
    ada = member("gbwc9z1")
    await database.write(settle, ada)

    def choose(tx: Tx) -> None:
        set_choice(tx, ada.account, "contacts", None)
        set_choice(tx, ada.account, "nobody", 5)

    await database.write(choose)
    rows = await database.read(lambda tx: tx.all("SELECT * FROM presence_choice"))
    assert rows == [(ada.account, "nobody", 5)]
