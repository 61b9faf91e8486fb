"""The composition root: every object is built once, here, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from realtime.accounts.passwords import Hasher, cost_for
from realtime.clock import Clock
from realtime.db import Database, open_database
from realtime.engine import Engine, EngineOptions
from realtime.engine.limits import Limits
from realtime.fanout.bus import Bus, InProcessBus
from realtime.fanout.catch_up import CatchUp
from realtime.fanout.commit import Committer
from realtime.fanout.locks import InProcessLocks, RedisLocks
from realtime.fanout.redis_bus import RedisBus
from realtime.fanout.rendering import Rendering
from realtime.gateway.alerts import AlertCommands
from realtime.gateway.announcements import AnnouncementCommands
from realtime.gateway.authority import Authority
from realtime.gateway.contacts import Contacts
from realtime.gateway.direct import DirectCommands
from realtime.gateway.directory import DirectoryCommands
from realtime.gateway.dispatch import Dispatch, Route
from realtime.gateway.doorstep import Doorstep
from realtime.gateway.groups import GroupCommands
from realtime.gateway.messages import MessageCommands
from realtime.gateway.pets import PetCommands
from realtime.gateway.phones import PhoneCommands
from realtime.gateway.prefs import PrefsCommands
from realtime.gateway.presence import PresenceBoard
from realtime.gateway.renderers import rendering_of
from realtime.gateway.replay import Replay
from realtime.gateway.reports import ReportCommands
from realtime.gateway.rooms import RoomCommands
from realtime.gateway.search import SearchCommands
from realtime.gateway.sessions import Sessions
from realtime.gateway.typing import TypingCommands
from realtime.geo.aside import Aside
from realtime.http.house import House
from realtime.http.peers import Peers, networks_of
from realtime.http.routes import attach
from realtime.keyring import open_keyring
from realtime.mail import open_post
from realtime.members.rights import Rights
from realtime.places.finder import Finder
from realtime.places.geocoder import Geocoder
from realtime.places.ip_area import IpArea
from realtime.presence.store import Nowhere, RedisElsewhere
from realtime.push.endpoints import allowed_by
from realtime.push.keys import open_keys
from realtime.settings import Settings
from realtime.worker.occasions import phones_for
from realtime.worker.work import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One `serve` process."""

    house: House
    catch_up: CatchUp
    sessions: Sessions
    board: PresenceBoard
    typing: TypingCommands
    messages: MessageCommands
    engine: Engine
    aside: Aside
    web: web.Application


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What a node and a worker both stand on."""

    clock: Clock
    db: Database
    bus: Bus
    rights: Rights
    rendering: Rendering
    committer: Committer


def _ground(settings: Settings) -> _Ground:
    clock = Clock(settings.clock_offset)
    db = open_database(settings.database)
    bus: Bus = RedisBus(settings.redis_url) if settings.redis_url else InProcessBus()
    rights = Rights(settings.levels_of_the_street)
    rendering = rendering_of(rights)
    return _Ground(
        clock=clock,
        db=db,
        bus=bus,
        rights=rights,
        rendering=rendering,
        committer=Committer(db, bus, rendering, clock),
    )


def build(settings: Settings) -> Node:
    ground = _ground(settings)
    house = _house(settings, ground)
    catch_up = CatchUp(ground.db, ground.bus, ground.rendering, ground.clock)
    cookie = settings.session_cookie
    hearing = (ground.db, catch_up.local, ground.rendering, ground.rights, ground.clock)
    doorstep = Doorstep(is_on=settings.limits == "on")
    sessions = Sessions(*hearing, cookie=cookie, doorstep=doorstep)
    replay = Replay(*hearing, sessions.note_stale)
    elsewhere = RedisElsewhere(settings.redis_url) if settings.redis_url else Nowhere()
    contacts = Contacts(ground.db, catch_up.local, ground.rights, ground.clock)
    authority = Authority(ground.db, ground.committer, ground.clock)
    board = PresenceBoard(authority, contacts, elsewhere)
    typing = TypingCommands(ground.db, ground.bus, catch_up.local, ground.rights, ground.clock)
    parts = (authority, ground.rights)
    messages = MessageCommands(authority, ground.committer, ground.rights)
    aside = Aside()
    routes = {
        "sync": Route(replay.sync, "page"),
        **RoomCommands(*parts).routes(),
        **messages.routes(),
        **SearchCommands(*parts).routes(),
        **ReportCommands(*parts).routes(),
        **GroupCommands(*parts).routes(),
        **DirectCommands(*parts).routes(),
        **DirectoryCommands(*parts).routes(),
        **AlertCommands(*parts, aside, phones_for).routes(),
        **PhoneCommands(authority).routes(),
        **PetCommands(*parts).routes(),
        **AnnouncementCommands(*parts, aside).routes(),
        **PrefsCommands(authority).routes(),
        **typing.routes(),
        **board.routes(),
    }
    dispatch = Dispatch(sessions, routes, house.limits, [board])
    engine = Engine(dispatch, _engine_options(settings))
    application = web.Application()
    engine.attach(application)
    attach(application, house)
    return Node(
        house=house,
        catch_up=catch_up,
        sessions=sessions,
        board=board,
        typing=typing,
        messages=messages,
        engine=engine,
        aside=aside,
        web=application,
    )


def _house(settings: Settings, ground: _Ground) -> House:
    return House(
        settings=settings,
        clock=ground.clock,
        db=ground.db,
        bus=ground.bus,
        committer=ground.committer,
        rights=ground.rights,
        limits=Limits(is_on=settings.limits == "on", redis_url=settings.redis_url),
        hasher=Hasher(cost_for(settings.data_dir)),
        keyring=open_keyring(settings.data_dir, settings.secret),
        finder=Finder(
            ground.db, Geocoder(settings.geocoder_url) if settings.geocoder_url else None
        ),
        ip_area=IpArea(settings.geoip_db),
        keys=open_keys(settings.data_dir, settings.operator_mail, ground.clock.now()),
        allowed=allowed_by(settings.push_extra_hosts),
    )


def build_worker(settings: Settings) -> Workshop:
    """One `worker` process: it writes events like a node, and hears none."""
    ground = _ground(settings)
    return Workshop(
        settings=settings,
        clock=ground.clock,
        db=ground.db,
        bus=ground.bus,
        committer=ground.committer,
        keyring=open_keyring(settings.data_dir, settings.secret),
        keys=open_keys(settings.data_dir, settings.operator_mail, ground.clock.now()),
        post=open_post(
            settings.smtp_url,
            settings.data_dir,
            settings.operator_mail,
            settings.origin,
            ground.clock,
        ),
        locks=RedisLocks(settings.redis_url) if settings.redis_url else InProcessLocks(),
    )


def _engine_options(settings: Settings) -> EngineOptions:
    host = settings.origin.split("://", 1)[1]
    return EngineOptions(
        origins=frozenset({settings.origin}),
        hosts=frozenset({host}),
        limits_on=settings.limits == "on",
        ip_of=Peers(networks_of(settings.trusted_proxies)).ip_of,
        direct=settings.direct_writes == "on",
    )
