"""Passwords as argon2id hashes, made on two threads behind a bounded queue.

Every sign-in costs the time of three hashes, whoever asks: an unknown e-mail, a known one and a
wrong password take the same time. A flood of them fills the queue and is told to come back; the
rest of the server never notices.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from realtime.errors import Overloaded

T = TypeVar("T")

SHORTEST, LONGEST = 12, 128
# A sign-in is tried against the confirmed account and the two newest claims of its e-mail.
TRIED = 3
# What stands in the place of a hash where no password must ever match.
UNUSABLE = "!"
THREADS = 2
WAITING = 32
SLOWEST_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Cost:
    """Memory in KiB and passes of one argon2id hash."""

    memory: int
    passes: int


STRONG = Cost(65_536, 3)
OWASP_LEAST = Cost(19_456, 2)


class Hasher:
    """Hashes and checks passwords off the event loop."""

    def __init__(self, cost: Cost) -> None:
        self._argon2 = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._waiting = 0
        # Checked where there is no account: it takes the time of a real one and never matches.
        self._stand_in = self._argon2.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        """Raises Overloaded when too many wait."""
        return await self._run(lambda: self._argon2.hash(password))

    def hash_now(self, password: str) -> str:
        """For the command line, where nobody else waits."""
        return self._argon2.hash(password)

    async def find_match(self, password: str, hashes: Sequence[str]) -> int | None:
        """Which of at most three hashes is this password's. Always takes the time of three."""
        return await self._run(lambda: self._find_match(password, hashes))

    def is_weak(self, password_hash: str) -> bool:
        """Made at another cost than today's: to be made again at the next sign-in."""
        return self._argon2.check_needs_rehash(password_hash)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise Overloaded("password hashes")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def _find_match(self, password: str, hashes: Sequence[str]) -> int | None:
        found = None
        padded = [*hashes[:TRIED], *([UNUSABLE] * (TRIED - len(hashes)))]
        for at, given in enumerate(padded):
            usable = given != UNUSABLE
            matches = self._matches(given if usable else self._stand_in, password)
            if matches and usable and found is None:
                found = at
        return found

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def cost_for(data_dir: Path) -> Cost:
    """Strong, or OWASP's least where a strong hash takes over 150 ms on this machine.

    Measured once and kept: a machine near the limit must not change its mind at each start, since
    hashes of two costs would tell known e-mails from unknown ones by their time.
    """
    kept = data_dir / "password_cost"
    known = {str(cost.memory): cost for cost in (STRONG, OWASP_LEAST)}
    if kept.exists() and (cost := known.get(kept.read_text().strip())) is not None:
        return cost
    cost = STRONG if _seconds_of(STRONG) <= SLOWEST_SECONDS else OWASP_LEAST
    data_dir.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{cost.memory}\n")
    return cost


def _seconds_of(cost: Cost) -> float:
    """The better of two: the first pays for fetching its memory."""
    argon2 = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=1)
    measured = []
    for _ in range(2):
        begun = time.perf_counter()
        argon2.hash("how long does this take?")
        measured.append(time.perf_counter() - begun)
    return min(measured)
