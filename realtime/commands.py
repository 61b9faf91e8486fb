"""What an operator runs: each command opens what it needs, does one thing, and closes it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from realtime import app, logs, serving
from realtime.accounts.demo import CHUNK, DemoMember, create_members, invent_names
from realtime.accounts.example import Resident, create_examples, invent_residents, neighbouring
from realtime.accounts.store import has_accounts
from realtime.accounts.vouching.actions import revoke
from realtime.clock import Clock
from realtime.db import Database, Tx, migrate, open_database
from realtime.db.migrate import is_current
from realtime.errors import BadSetting, Refused, StorageFailed
from realtime.geo.cells import OutOfRange, cell_at
from realtime.heap import settle_heap
from realtime.http.house import CLIENT, House
from realtime.journal import Changed
from realtime.keyring import open_keyring
from realtime.members.store import get_member
from realtime.places import store as places
from realtime.places.example.town import load_example
from realtime.places.homes import Home, homes_in, homes_over_town
from realtime.places.imports.run import Report, import_file
from realtime.rooms.groups.actions import leave_all
from realtime.settings import Settings
from realtime.worker.child import die_with_parent
from realtime.worker.work import work

T = TypeVar("T")

# Rue de la Chaussée and the streets around it: where the example residents live.
_EXAMPLE_CELL = cell_at(-1.6846, 48.1336)


def serve(settings: Settings, host: str, port: int) -> None:
    """Until SIGTERM."""
    if "origin" not in settings.model_fields_set:
        settings = settings.model_copy(update={"origin": f"http://{host}:{port}"})
    logs.configure()
    prepare(settings)
    run_loop(lambda: _serve(settings, host, port))


async def _serve(settings: Settings, host: str, port: int) -> None:
    node = await asyncio.to_thread(app.build, settings)
    residents: list[Resident] = []
    if settings.example == "auto" and settings.is_loopback:
        await load_example(node.house.db, node.house.clock)
        residents = await _example_residents(node.house)
    if settings.geocoder_url != "" and await node.house.db.read(places.is_empty):
        # Nobody can say how many live around: every street is taken for a small one.
        logs.log_for("places").warning("gazetteer_empty", advice="import the commune's addresses")

    def say_ready() -> None:
        print(f"Palier: {settings.origin}", flush=True)
        for resident in residents:
            print(f"  {resident.email}  {resident.password}", flush=True)
        if not settings.smtp_url:
            print(f"  Mails: {settings.data_dir / 'mail'}", flush=True)
        if not (CLIENT / "index.html").exists():
            print("  The web client is not built: run bin/setup.", flush=True)

    await serving.serve(node, host, port, say_ready)


async def _example_residents(house: House) -> list[Resident]:
    """Two residents when there is no account; their passwords are shown now and never again."""
    homes = await house.db.read(places.list_under, _EXAMPLE_CELL, 200)
    if not homes or await house.db.read(has_accounts):
        return []
    residents = invent_residents()
    hashes = [await house.hasher.hash(resident.password) for resident in residents]
    made = await house.db.write(
        create_examples, house.keyring, residents, hashes, neighbouring(homes), house.clock.now()
    )
    return residents if made else []


def worker(settings: Settings) -> None:
    """Until SIGTERM, or until the `serve` whose child it is ends."""
    die_with_parent()
    logs.configure()
    prepare(settings)
    run_loop(lambda: _work(settings))


async def _work(settings: Settings) -> None:
    shop = await asyncio.to_thread(app.build_worker, settings)
    stopping = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    settle_heap()
    await work(shop, stopping)
    await shop.db.close()


def migrate_now(settings: Settings) -> None:
    changed = _migrate(settings)
    print("The schema is up to date." if not changed else "The schema was brought up to date.")


def prepare(settings: Settings) -> None:
    """On SQLite every command migrates first; on PostgreSQL the operator decides when."""
    if settings.database.startswith("sqlite"):
        _migrate(settings)
    elif not _asked_of_the_database(is_current, settings):
        raise BadSetting("the database is not at this version: run `python -m realtime migrate`")


def _migrate(settings: Settings) -> bool:
    return _asked_of_the_database(migrate, settings)


def _asked_of_the_database(question: Callable[[str], bool], settings: Settings) -> bool:
    try:
        return question(settings.database)
    except StorageFailed as error:
        raise BadSetting(f"PALIER_DATABASE_URL: {str(error).splitlines()[0]}") from None


def demo(settings: Settings, members: int, cell: str | None, tokens: str | None, seed: int) -> None:
    """Add members and write their tokens, to a file or to standard output."""
    prepare(settings)
    made = run_loop(lambda: _demo(settings, members, cell, seed))
    lines = "".join(json.dumps(one._asdict()) + "\n" for one in made)
    if tokens:
        Path(tokens).write_text(lines)
        print(f"{len(made)} members; their tokens are in {tokens}")
    else:
        sys.stdout.write(lines)


async def _demo(settings: Settings, members: int, cell: str | None, seed: int) -> list[DemoMember]:
    clock = Clock(settings.clock_offset)
    keyring = open_keyring(settings.data_dir, settings.secret)
    db = open_database(settings.database)
    try:
        if settings.example == "auto" and settings.is_loopback:
            await load_example(db, clock)
        if cell is None:
            homes = await homes_over_town(db, members, seed)
        else:
            homes = await _homes_under(db, clock, cell, members, seed)
        if len(homes) < members:
            raise BadSetting("the gazetteer is empty: give --cell, or import addresses first")
        names = invent_names(members, seed)
        made: list[DemoMember] = []
        for start in range(0, members, CHUNK):
            chunk = slice(start, start + CHUNK)
            made += await db.write(create_members, keyring, homes[chunk], names[chunk], clock.now())
        return made
    finally:
        await db.close()


async def _homes_under(db: Database, clock: Clock, cell: str, count: int, seed: int) -> list[Home]:
    try:
        return await homes_in(db, clock, cell, count, seed)
    except OutOfRange as error:
        raise BadSetting(f"--cell: {error}") from None


def import_places(settings: Settings, file: Path, postcode: str) -> None:
    """Replace the addresses of the file's communes; say what became of every row."""
    prepare(settings)
    report = run_loop(lambda: _import_places(settings, file, postcode))
    print("\n".join(report.lines()))


async def _import_places(settings: Settings, file: Path, postcode: str) -> Report:
    db = open_database(settings.database)
    try:
        return await import_file(db, Clock(settings.clock_offset), file, postcode)
    finally:
        await db.close()


def revoke_account(settings: Settings, account: str) -> None:
    """A fake account falls, and with it those who stand on its word alone."""
    prepare(settings)
    try:
        fallen = run_loop(lambda: _revoke(settings, account))
    except Refused:
        raise BadSetting(f"there is no account {account}") from None
    print(f"{len(fallen)} accounts are no longer verified: {', '.join(fallen)}")


async def _revoke(settings: Settings, account: str) -> list[str]:
    shop = app.build_worker(settings)

    def act(tx: Tx, now: datetime) -> Changed[list[str]]:
        fallen = revoke(tx, get_member(tx, account), settings.visitor_time, now)
        # No group is left to somebody who does not exist.
        left = leave_all(tx, account, now)
        return Changed(fallen.value, [*fallen.events, *left.events])

    try:
        return (await shop.committer.commit(act)).value
    finally:
        await shop.db.close()


def run_loop(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())
