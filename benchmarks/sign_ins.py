"""Sign-ins per second through HTTP, and how alike known and unknown e-mails are in time.

    python -m benchmarks.sign_ins [--seconds 10] [--timings 500] [--databases sqlite,postgresql]

Each sign-in costs three argon2id hashes on two threads, at the cost this machine would choose. On a
busy machine read the CPU each takes: the cores divided by it are the rate of an idle one.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

import uvloop
from aiohttp import ClientSession
from scipy.stats import mannwhitneyu

from benchmarks.measures import cpu_seconds, in_milliseconds, machine
from realtime.accounts.passwords import cost_for
from tests.support.app import ServerProcess
from tests.support.processes import scratch
from tests.support.servers import PostgresServer, postgres_owner

AT_ONCE = (1, 4, 16)
PASSWORD = "un mot de passe de banc"
KNOWN, UNKNOWN = "connue@example.org", "inconnue@example.org"


async def sign_ins(origin: str, seconds: float, at_once: int) -> tuple[list[float], int]:
    """Seconds of each that was answered, and how many were told to come back."""
    taken: list[float] = []
    refused = 0
    end = time.monotonic() + seconds

    async def knock(session: ClientSession) -> None:
        nonlocal refused
        while time.monotonic() < end:
            begun = time.perf_counter()
            body = {"email": KNOWN, "password": PASSWORD}
            async with session.post(f"{origin}/api/session", json=body) as answer:
                await answer.read()
                if answer.status == 200:
                    taken.append(time.perf_counter() - begun)
                else:
                    refused += 1

    async with ClientSession() as session, asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(knock(session))
    return taken, refused


async def alike(origin: str, count: int) -> float:
    """Mann-Whitney's p for the times of known and unknown e-mails, in random order."""
    taken: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    order = [KNOWN, UNKNOWN] * (count // 2)
    random.shuffle(order)
    async with ClientSession() as session:
        for email in order:
            begun = time.perf_counter()
            body = {"email": email, "password": "ce n'est pas lui"}
            async with session.post(f"{origin}/api/session", json=body) as answer:
                await answer.read()
            taken[email].append(time.perf_counter() - begun)
    return float(mannwhitneyu(taken[KNOWN], taken[UNKNOWN]).pvalue)


async def measure(server: ServerProcess, seconds: float, timings: int) -> None:
    async with ClientSession() as session:
        query = {"q": "1 rue de brest"}
        async with session.get(f"{server.origin}/api/addresses", params=query) as answer:
            address = (await answer.json())["addresses"][0]["id"]
        newcomer = {"email": KNOWN, "password": PASSWORD, "display_name": "Banc"}
        body = {**newcomer, "address_id": address, "age_ok": True}
        async with session.post(f"{server.origin}/api/accounts", json=body) as answer:
            answer.raise_for_status()
    for at_once in AT_ONCE:
        begun = cpu_seconds(server.pid)
        taken, refused = await sign_ins(server.origin, seconds, at_once)
        cpu = (cpu_seconds(server.pid) - begun) / max(1, len(taken)) * 1e3
        rate = f"{len(taken) / seconds:7.1f}/s  {in_milliseconds(taken)} ms"
        print(f"  {at_once:>3} at once {rate}  {cpu:5.0f} ms of CPU each  {refused} refused")
    p = await alike(server.origin, timings)
    print(f"  known and unknown e-mails, {timings} timings: Mann-Whitney p = {p:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--timings", type=int, default=500)
    parser.add_argument("--databases", default="sqlite,postgresql")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        print(f"{machine()}; {cost_for(Path(directory))}")
    for name in asked.databases.split(","):
        print(name)
        with scratch() as directory, scratch(postgres_owner()) as cluster:
            postgres = PostgresServer(cluster, durable=True) if name == "postgresql" else None
            url = "" if postgres is None else postgres.new_migrated_database()
            settings = {"PALIER_EXAMPLE": "auto"}
            with (
                ServerProcess(directory, database_url=url, settings=settings) as server,
                asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
            ):
                runner.run(measure(server, asked.seconds, asked.timings))
            if postgres is not None:
                postgres.stop()


if __name__ == "__main__":
    main()
