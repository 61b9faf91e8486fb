"""What can go wrong, one function each. Each heals what it hurt before it returns."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time

import psycopg
import redis

from tests.faults.campaign.house import CLOCKS, CONNECTIONS
from tests.faults.campaign.nemesis import Fault, Nemesis

# A node that is back does not hold the next fault up for longer than this.
BACK_SECONDS = 10.0
ABSENT_SECONDS = 6.0

# ---- Nodes


async def kill_a_node(nemesis: Nemesis) -> None:
    number = nemesis.node
    nemesis.house.nodes[number].send(signal.SIGKILL)
    await asyncio.sleep(0.2)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(nemesis.wait_for_node(number), BACK_SECONDS)


async def pause_a_node(nemesis: Nemesis) -> None:
    node = nemesis.house.nodes[nemesis.node]
    node.send(signal.SIGSTOP)
    await asyncio.sleep(1 + 3 * nemesis.chance.random())
    node.send(signal.SIGCONT)


async def jump_a_clock(nemesis: Nemesis) -> None:
    """An hour forward or back while the node runs, and back again."""
    number = nemesis.node
    hours = nemesis.chance.choice((-1, 1))
    nemesis.house.nodes[number].set_clock(int(CLOCKS[number]) + 3600 * hours)
    await asyncio.sleep(1 + nemesis.chance.random())
    nemesis.house.nodes[number].set_clock(int(CLOCKS[number]))


# ---- Redis


async def kill_redis(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.house.redis.kill9)
    await asyncio.sleep(nemesis.chance.random())
    await asyncio.to_thread(nemesis.house.redis.start)


async def do_without_redis(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.house.redis.kill9)
    await asyncio.sleep(ABSENT_SECONDS)
    await asyncio.to_thread(nemesis.house.redis.start)


async def pause_redis(nemesis: Nemesis) -> None:
    nemesis.house.redis.process.send(signal.SIGSTOP)
    await asyncio.sleep(3 * nemesis.chance.random())
    nemesis.house.redis.process.send(signal.SIGCONT)


async def flush_redis(nemesis: Nemesis) -> None:
    await asyncio.to_thread(_ask_redis, nemesis, "FLUSHALL")


async def cut_the_listeners(nemesis: Nemesis) -> None:
    await asyncio.to_thread(_ask_redis, nemesis, "CLIENT KILL TYPE pubsub")


async def exhaust_redis(nemesis: Nemesis) -> None:
    """Everybody is thrown out, and there is no place to come back to."""
    port = nemesis.house.redis.port
    with contextlib.suppress(redis.RedisError), redis.Redis(port=port, socket_timeout=2) as held:
        held.config_set("maxclients", 1)
        for kind in ("normal", "pubsub"):
            held.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
        await asyncio.sleep(2)
        held.config_set("maxclients", 10_000)


# ---- The database


async def crash_the_database(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.house.postgres.kill9)
    await asyncio.to_thread(nemesis.house.postgres.start)


async def stop_the_database_at_once(nemesis: Nemesis) -> None:
    """What `pg_ctl -m immediate` does."""
    await asyncio.to_thread(nemesis.house.postgres.process.stop, signal.SIGQUIT)
    await asyncio.to_thread(nemesis.house.postgres.start)


async def exhaust_the_database(nemesis: Nemesis) -> None:
    """Every connection is taken from the nodes and kept for a while."""
    held = await asyncio.to_thread(_take_connections, nemesis.house.database)
    await asyncio.sleep(1 + nemesis.chance.random())
    await asyncio.to_thread(_give_back, held)


async def fill_the_disk(nemesis: Nemesis) -> None:
    house = nemesis.house
    assert house.disk is not None
    await asyncio.to_thread(house.disk.fill)
    await asyncio.sleep(2 + nemesis.chance.random())
    await asyncio.to_thread(house.disk.free)
    if not house.postgres.process.is_running():
        await asyncio.to_thread(house.postgres.start)


# ---- The lines between


async def part_a_node_from_the_database(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "database", nemesis.chance.choice(("cut", "hang")), 2)


async def part_a_node_from_redis(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "redis", nemesis.chance.choice(("cut", "hang")), 3)


async def part_a_node_from_its_members(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "clients", nemesis.chance.choice(("cut", "hang")), 3)


async def slow_the_members(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "clients", "slow", 2)


async def reset_the_members(nemesis: Nemesis) -> None:
    await _on_cable(nemesis, "clients", "reset", 0)


async def _on_cable(nemesis: Nemesis, what: str, act: str, seconds: float) -> None:
    number = nemesis.house.cable_to(what, nemesis.node)
    nemesis.house.cables.do(number, act)
    await asyncio.sleep(seconds * (0.5 + nemesis.chance.random() / 2))
    nemesis.house.cables.do(number, "heal")


# ---- Members


async def let_members_stop_reading(nemesis: Nemesis) -> None:
    """A third of those on WebSockets take nothing from their line for a while."""
    some = nemesis.chance.sample(list(nemesis.devices), len(nemesis.devices) // 3)
    deaf = [line for device in some if (line := device.stop_reading()) is not None]
    await asyncio.sleep(2 + 2 * nemesis.chance.random())
    for line in deaf:
        with contextlib.suppress(Exception):
            line.resume_reading()


async def sign_a_member_out_in_mid_fault(nemesis: Nemesis) -> None:
    """While something else is broken, somebody's right ends on another node."""
    await asyncio.gather(_trouble(nemesis), nemesis.sign_out())


async def take_a_member_out_in_mid_fault(nemesis: Nemesis) -> None:
    """The same with a group: a member leaves, or its owner removes one."""
    await asyncio.gather(_trouble(nemesis), nemesis.take_out())


async def _trouble(nemesis: Nemesis) -> None:
    """Members' lines are cut, not hung: what a cable held back was said before, and would be heard
    late."""
    others = (part_a_node_from_redis, do_without_redis, kill_a_node)
    chosen = nemesis.chance.randrange(len(others) + 1)
    if chosen < len(others):
        await others[chosen](nemesis)
    else:
        await _on_cable(nemesis, "clients", "cut", 3)


def _ask_redis(nemesis: Nemesis, command: str) -> None:
    with (
        contextlib.suppress(redis.RedisError),
        redis.Redis(port=nemesis.house.redis.port, socket_timeout=2) as client,
    ):
        client.execute_command(command)


def _take_connections(database: str) -> list[psycopg.Connection]:
    held: list[psycopg.Connection] = []
    with contextlib.suppress(psycopg.Error):
        held.append(psycopg.connect(database, autocommit=True, connect_timeout=2))
        deadline = time.monotonic() + 2
        while len(held) < CONNECTIONS and time.monotonic() < deadline:
            mine = [connection.info.backend_pid for connection in held]
            held[0].execute(
                """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE backend_type = 'client backend' AND NOT pid = ANY(%s)""",
                [mine],
            )
            for _ in range(10):
                held.append(psycopg.connect(database, autocommit=True, connect_timeout=2))
    return held


def _give_back(held: list[psycopg.Connection]) -> None:
    for connection in held:
        with contextlib.suppress(psycopg.Error):
            connection.close()


# Meanwhile some node cannot know who signed out: it sleeps, or has no journal to read.
BLINDING = frozenset(
    {
        "pause_a_node",
        "crash_the_database",
        "stop_the_database_at_once",
        "exhaust_the_database",
        "fill_the_disk",
        "part_a_node_from_the_database",
    }
)
FAULTS: tuple[Fault, ...] = (
    kill_a_node,
    pause_a_node,
    jump_a_clock,
    kill_redis,
    do_without_redis,
    pause_redis,
    flush_redis,
    cut_the_listeners,
    exhaust_redis,
    crash_the_database,
    stop_the_database_at_once,
    exhaust_the_database,
    fill_the_disk,
    part_a_node_from_the_database,
    part_a_node_from_redis,
    part_a_node_from_its_members,
    slow_the_members,
    reset_the_members,
    let_members_stop_reading,
    sign_a_member_out_in_mid_fault,
    take_a_member_out_in_mid_fault,
)


def faults_for(names: tuple[str, ...], *, can_fill: bool) -> list[Fault]:
    """Those named, all of them when none is; without the disk where it cannot be filled."""
    found = [fault for fault in FAULTS if not names or fault.__name__ in names]
    return [fault for fault in found if can_fill or fault is not fill_the_disk]
