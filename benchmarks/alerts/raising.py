"""From `alert.raise` to the last of the connected neighbours, Node's plain broadcast beside it.

Everybody lives in one cell, each in a household of their own (two alerts a day each). The clock
starts when the command is written and stops when the last frame has been read.
"""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime

from benchmarks.fanout.crowd import Crowd, Listener, masked
from benchmarks.fanout.processes import (
    CELL,
    Running,
    available,
    palier_server,
    plain_server,
)
from benchmarks.measures import in_milliseconds
from realtime.geo.cells import centre
from realtime.ids import new_ulid

ALERT_BYTES = 876  # what one alert weighs on the wire, for the peer's message
_PAUSE = 0.25
_WARM_UP = 3


class Neighbour(Listener):
    """Counts alerts, not bytes: they differ by the name of who raised them."""

    def _count(self, data: bytes) -> None:
        self._answer_pings(data)
        self._crowd.note_seen(data.count(b'42["alert.raised"') + data.count(b'42["said"'))


class Street(Crowd):
    member = Neighbour


async def measure(clients: int, rounds: int) -> None:
    """Print both."""
    with palier_server(clients) as palier:
        await _turns(palier, clients, rounds)
    if "node" not in available():
        print("node: not installed (benchmarks/fanout/README.md)")
        return
    with plain_server("node", ALERT_BYTES) as node:
        await _turns(node, clients, rounds)


async def _turns(running: Running, clients: int, rounds: int) -> None:
    """Raise, wait for everybody, again."""
    street = Street(running.host, running.dialect)
    await street.join(clients)
    await asyncio.sleep(1)
    took: list[float] = []
    for number in range(rounds + _WARM_UP):
        street.mark(clients)
        begun = time.perf_counter()
        street.members[number % clients].transport.write(_frame(running, number))
        await street.wait()
        took.append(street.last_at - begun)
        await asyncio.sleep(_PAUSE)
    street.forget_all()
    print(
        f"raise to the last of {clients}: {running.name:<7} {in_milliseconds(took[_WARM_UP:])}",
        flush=True,
    )


def _frame(running: Running, number: int) -> bytes:
    if running.name != "palier":
        return running.dialect.post(number)
    now = datetime.now(UTC)
    lon, lat = centre(CELL)
    alert = {
        "key": new_ulid(now),
        "kind": "lost_cat",
        "title": "Moustache a disparu",
        "body": "Chat tigré, collier rouge, très craintif.",
        "occurred_at": now.isoformat(),
        "place": {"lon": lon, "lat": lat},
        "details": {"name": "Moustache", "species": "cat", "colours": ["tigré"]},
    }
    return masked(f'42["alert.raise",{json.dumps(alert)}]'.encode())
