"""The composition root: every object is built once, here, in reading order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from aiohttp import web

from realtime import metrics
from realtime.accounts.keyring import Keyring, open_keyring
from realtime.accounts.passwords import Hasher, cost_for
from realtime.clock import Clock
from realtime.db import Database, open_database
from realtime.engine import Engine, EngineOptions, event_frame
from realtime.engine.limits import Limits
from realtime.fanout.bus import Bus, InProcessBus
from realtime.fanout.catch_up import CatchUp
from realtime.fanout.commit import Committer
from realtime.fanout.redis_bus import RedisBus
from realtime.gateway.alerts import AlertCommands
from realtime.gateway.dispatch import Dispatch, Route
from realtime.gateway.renderers import rendering_of
from realtime.gateway.replay import Replay
from realtime.gateway.rooms import RoomCommands
from realtime.gateway.sessions import Sessions
from realtime.http.house import House
from realtime.http.routes import attach
from realtime.members.rights import Rights
from realtime.places.finder import Finder
from realtime.places.geocoder import Geocoder
from realtime.settings import Settings

LAG_SECONDS = 0.5
# Clients spread their return over this time, so that a restart is not a stampede.
MOVING_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One `serve` process."""

    settings: Settings
    clock: Clock
    db: Database
    bus: Bus
    committer: Committer
    catch_up: CatchUp
    rights: Rights
    limits: Limits
    hasher: Hasher
    keyring: Keyring
    finder: Finder
    sessions: Sessions
    engine: Engine
    web: web.Application


def build(settings: Settings) -> Node:
    clock = Clock(settings.clock_offset)
    db = open_database(settings.database)
    bus: Bus = RedisBus(settings.redis_url) if settings.redis_url else InProcessBus()
    rights = Rights(settings.levels_of_the_street)
    rendering = rendering_of(rights)
    catch_up = CatchUp(db, bus, rendering, clock)
    committer = Committer(db, bus, rendering, clock)
    limits = Limits(is_on=settings.limits == "on")
    hasher = Hasher(cost_for(settings.data_dir))
    keyring = open_keyring(settings.data_dir, settings.secret)
    finder = Finder(db, Geocoder(settings.geocoder_url) if settings.geocoder_url else None)

    sessions = Sessions(db, catch_up.local, rights, clock)
    replay = Replay(db, catch_up.local, rendering, rights, clock)
    rooms = RoomCommands(db, committer, rights, clock)
    routes = {
        "sync": Route(replay.sync, "page"),
        "conversations": Route(rooms.conversations, "page"),
        "history": Route(rooms.history, "page"),
        "message.post": Route(rooms.post, "message"),
        "read": Route(rooms.read, "event"),
        **_alert_routes(AlertCommands(db, committer, rights, clock)),
    }
    engine = Engine(Dispatch(sessions, routes, limits), engine_options(settings))
    application = web.Application()
    house = House(
        settings=settings,
        clock=clock,
        db=db,
        bus=bus,
        committer=committer,
        rights=rights,
        limits=limits,
        hasher=hasher,
        keyring=keyring,
        finder=finder,
    )
    engine.attach(application)
    attach(application, house)
    return Node(
        settings=settings,
        clock=clock,
        db=db,
        bus=bus,
        committer=committer,
        catch_up=catch_up,
        rights=rights,
        limits=limits,
        hasher=hasher,
        keyring=keyring,
        finder=finder,
        sessions=sessions,
        engine=engine,
        web=application,
    )


def _alert_routes(alerts: AlertCommands) -> dict[str, Route]:
    return {
        "alert.preview": Route(alerts.preview, "preview"),
        "alert.raise": Route(alerts.raise_alert, "alert"),
        "alert.open": Route(alerts.open, "page"),
        "alert.update": Route(alerts.update, "edit"),
        "alert.still_missing": Route(alerts.still_missing, "edit"),
        "alert.sighting": Route(alerts.sighting, "message"),
        "alert.answer_sighting": Route(alerts.answer_sighting, "edit"),
        "alert.confirm": Route(alerts.confirm, "edit"),
        "alert.dispute": Route(alerts.dispute, "edit"),
        "alert.follow": Route(alerts.follow, "edit"),
        "alert.resolve": Route(alerts.resolve, "edit"),
        "alert.withdraw": Route(alerts.withdraw, "edit"),
    }


def engine_options(settings: Settings) -> EngineOptions:
    host = settings.origin.split("://", 1)[1]
    return EngineOptions(
        origins=frozenset({settings.origin}),
        hosts=frozenset({host}),
        limits_on=settings.limits == "on",
    )


async def serve(node: Node, host: str, port: int, say_ready: Callable[[], None]) -> None:
    """Listen until SIGTERM or SIGINT, then tell the clients and drain."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    runner = web.AppRunner(node.web, access_log=None, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024, reuse_port=False).start()
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(node.bus.run()),
            tasks.create_task(node.catch_up.run()),
            tasks.create_task(node.sessions.run()),
            tasks.create_task(_measure_lag()),
        ]
        say_ready()
        await stopping.wait()
        _say_moving(node)
        await node.engine.shutdown()
        for task in running:
            task.cancel()
    await runner.cleanup()
    await close(node)


async def close(node: Node) -> None:
    node.hasher.close()
    await node.finder.close()
    await node.db.close()


def _say_moving(node: Node) -> None:
    frame = event_frame("moving", orjson.dumps({"retry_after": MOVING_SECONDS}))
    for socket in list(node.engine.sockets):
        socket.send(frame)


async def _measure_lag() -> None:
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(LAG_SECONDS)
        metrics.LOOP_LAG_SECONDS.set(loop.time() - before - LAG_SECONDS)
