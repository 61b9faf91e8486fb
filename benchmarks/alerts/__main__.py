"""Whom an alert reaches, and how soon.

    python -m benchmarks.alerts [--members 1000000] [--rounds 20] [--connected 1000 5000]

Coverings; the audience among `--members` (accounts, and the number the author is shown) on SQLite,
PostgreSQL and PostGIS; a raise until the last of those connected has it, Node's plain broadcast of
as many bytes beside it. Everything on this machine, one thing at a time, warm.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Callable

import uvloop

from benchmarks.alerts import audience, raising
from benchmarks.alerts.town import MIDDLE, star
from benchmarks.measures import in_milliseconds, machine
from realtime.alerts.area import reached_by
from realtime.geo.areas import polygon_from
from realtime.geo.covering import cover


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.alerts")
    asked.add_argument("--members", type=int, default=1_000_000, help="0: no audiences")
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--connected", type=int, nargs="*", default=[1_000, 5_000])
    given = asked.parse_args()
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    _coverings(given.rounds)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for clients in given.connected:
            runner.run(raising.measure(clients, given.rounds))
        if given.members:
            runner.run(audience.on_sqlite(given.members, given.rounds))
            runner.run(audience.on_postgresql(given.members, given.rounds))


def _coverings(rounds: int) -> None:
    for name, act in (
        ("circle of 500 m", lambda: reached_by("lost_cat", MIDDLE, 500, None, official=False)),
        ("circle of 2 km", lambda: reached_by("lost_cat", MIDDLE, 2_000, None, official=False)),
        ("400 vertices, 6 km", lambda: cover(polygon_from(star(399)), 128)),
    ):
        print(f"covering of {name:<20} {in_milliseconds(_timed(act, rounds))}", flush=True)


def _timed(act: Callable[[], object], rounds: int) -> list[float]:
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        took.append(time.perf_counter() - begun)
    return took


if __name__ == "__main__":
    main()
