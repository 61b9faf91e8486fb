"""Members with phones, one worker's push on a clock moved by hand, push services to ring at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

from realtime.accounts.store import add_session, hash_of
from realtime.clock import Clock
from realtime.db import Tx
from realtime.ids import new_token, new_ulid
from realtime.keyring import Keyring
from realtime.mail import Letter
from realtime.members.model import Member
from realtime.members.prefs import Prefs, Quiet, save_prefs
from realtime.push import actions
from realtime.push.keys import KeyRing, open_keys
from realtime.push.waiting import ring_waiting
from realtime.settings import Settings
from realtime.wire.http_push import SubscriptionPut
from realtime.worker.push import PushJobs, Ring, open_push
from realtime.worker.runner import Runner
from tests.support.push_service import Phone, PushService
from tests.support.residents import Town

SECRET = "an operator's secret, long enough"
KEYRING = Keyring(sha256(SECRET.encode()).digest())


class Letters:
    """A post that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        self.sent.append(letter)


class Line:
    """One worker's push, in a town."""

    def __init__(self, town: Town, jobs: PushJobs, keys: KeyRing, letters: Letters) -> None:
        self.town, self.jobs, self.keys, self.letters = town, jobs, keys, letters
        self.keyring = KEYRING
        self.allowed = jobs.deliverer.allowed
        clock = Clock()
        clock.now = lambda: town.now  # type: ignore[method-assign]
        self.runner = Runner(town.db, clock, jobs.jobs())

    async def work(self) -> None:
        """All that is due at this moment of the town."""
        while await self.runner.run_due():
            pass

    async def work_after(self, **time: float) -> None:
        self.town.later(**time)
        await self.work()

    async def ring_waiting(self) -> int:
        """One turn of what was held back and is due: how many decisions that ended."""
        return await self.town.db.write(ring_waiting, self.town.now, self.jobs.deliverer.still_for)

    async def subscribe(
        self, owner: Member, service: PushService, *, key: str | None = None, device: str = ""
    ) -> Phone:
        """A new browser of a member, signed in and subscribed."""
        phone = service.phone(key or self.keys.current.public)
        await self.put(owner, phone, device=device or new_ulid(self.town.now), key=phone.key)
        return phone

    async def awake(self, *owners: Member) -> None:
        """Members without quiet hours."""
        prefs = Prefs(quiet=Quiet(is_on=False))

        def write(tx: Tx) -> None:
            for owner in owners:
                save_prefs(tx, owner.account, prefs)

        await self.town.db.write(write)

    async def put(
        self, owner: Member, phone: Phone, *, device: str, key: str | None = None
    ) -> None:
        asked = SubscriptionPut.model_validate(
            {"subscription": phone.subscription, "device": device, "key": key}
        )

        def write(tx: Tx) -> None:
            session = new_ulid(self.town.now)
            token = hash_of(new_token())
            add_session(tx, session, owner.account, token, "Chrome, Linux", self.town.now)
            actions.subscribe(tx, self, owner, session, asked, "Chrome, Linux", self.town.now)

        await self.town.db.write(write)


@asynccontextmanager
async def open_line(
    town: Town, services: Sequence[PushService], folder: Path
) -> AsyncIterator[Line]:
    letters = Letters()
    keys = await asyncio.to_thread(open_keys, folder, "operator@example.org", town.now)
    clock = Clock()
    clock.now = lambda: town.now  # type: ignore[method-assign]
    # As a server does before its loop runs: the folder is looked at.
    settings = await asyncio.to_thread(
        Settings,
        data_dir=folder,
        origin="https://palier.example.org",
        operator_mail="operator@example.org",
        push_extra_hosts=",".join(service.host for service in services),
    )
    ring = Ring(KEYRING, keys)
    async with open_push(town.db, clock, letters, ring, settings) as jobs:
        yield Line(town, jobs, keys, letters)
