"""What is measured, one function each. CPU is the server's whole process, all threads."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.fanout.crowd import Crowd, Dialect, Listener
from benchmarks.fanout.processes import Running, own_cpu

PAUSE = 0.05
SENDERS = 100
BURST = SENDERS
WARM_UP = SENDERS  # each says something: what its messages weigh is learnt, its name is in them
SETTLE = 3.0  # who came is told first


@dataclass(slots=True)
class Figures:
    """One server in one run. µs, ms, KB; None where it was not measured."""

    server: str
    clients: int
    single_cpu_us: float | None = None
    last_ms: float | None = None
    burst_cpu_us: float | None = None
    burst_per_second: float | None = None
    kb_per_connection: float | None = None
    connects_per_second: float | None = None
    connect_cpu_us: float | None = None
    frame_bytes: int | None = None
    generator_cpu: float | None = None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


async def measure(
    running: Running, clients: int, *, messages: int = 40, bursts: int = 10
) -> Figures:
    """Connect `clients`, then single messages, then bursts."""
    figures = Figures(running.name, clients)
    senders = Crowd(running.host, running.dialect)
    await senders.join(SENDERS)
    await asyncio.sleep(0.5)
    before = running.rss()
    crowd = Crowd(running.host, running.dialect)
    seconds = await crowd.join(clients)
    figures.connects_per_second = clients / seconds
    await asyncio.sleep(1.0)
    figures.kb_per_connection = (running.rss() - before) / clients / 1024
    await asyncio.sleep(SETTLE)
    sizes = await _singles(running, senders, crowd, WARM_UP, figures)
    figures.frame_bytes = round(median(sizes))
    started, own = time.perf_counter(), own_cpu()
    await _singles(running, senders, crowd, messages, figures)
    if running.name != "bare":
        await _bursts(running, senders, crowd, sum(sizes), bursts, figures)
    figures.generator_cpu = (own_cpu() - own) / (time.perf_counter() - started)
    if crowd.lost or senders.lost:
        raise RuntimeError(f"{running.name}: {crowd.lost + senders.lost} connections lost")
    crowd.forget_all()
    senders.forget_all()
    return figures


async def _singles(
    running: Running, senders: Crowd, crowd: Crowd, messages: int, figures: Figures
) -> list[int]:
    """Messages 50 ms apart: CPU per delivery, and when the last client has one. Their sizes."""
    last: list[float] = []
    sizes: list[int] = []
    clients = len(crowd.members)
    cpu = running.cpu()
    for number in range(messages):
        crowd.mark_one()
        started = time.perf_counter()
        post(running, senders.members[number % SENDERS], number)
        await crowd.wait()
        last.append((crowd.last_at - started) * 1e3)
        sizes.append(crowd.message or 0)
        await asyncio.sleep(max(0.0, PAUSE - (time.perf_counter() - started)))
    figures.single_cpu_us = (running.cpu() - cpu) / messages / clients * 1e6
    figures.last_ms = median(last)
    return sizes


async def _bursts(
    running: Running, senders: Crowd, crowd: Crowd, size: int, bursts: int, figures: Figures
) -> None:
    """A hundred messages at once, `size` bytes together; again as soon as all have arrived."""
    clients = len(crowd.members)
    # nats-server joins messages in one WebSocket frame: only the first has its four-byte header.
    size -= 4 * BURST if running.name == "nats" else 0
    cpu, started = running.cpu(), time.perf_counter()
    for _ in range(bursts):
        crowd.mark(clients * size)
        for number in range(BURST):
            post(running, senders.members[number % SENDERS], number)
        await crowd.wait()
    seconds = time.perf_counter() - started
    await asyncio.sleep(0.2)
    deliveries = clients * BURST * bursts
    figures.burst_per_second = deliveries / seconds
    figures.burst_cpu_us = (running.cpu() - cpu) / deliveries * 1e6


def post(running: Running, sender: Listener, number: int) -> None:
    sender.transport.write(running.dialect.post(number))


async def connects(running: Running, clients: int, figures: Figures) -> None:
    """Connections, each through its token check and no further: a second, and their CPU."""
    dialect = running.dialect
    if running.name == "palier":
        dialect = _without_sync(running.dialect)
    crowd = Crowd(running.host, dialect)
    cpu = running.cpu()
    figures.connects_per_second = clients / await crowd.join(clients)
    figures.connect_cpu_us = (running.cpu() - cpu) / clients * 1e6
    crowd.forget_all()


def _without_sync(dialect: Dialect) -> Dialect:
    return Dialect(
        dialect.path, lambda number: dialect.hello(number)[:1], b'40{"sid"', dialect.post
    )


async def mass_disconnect(running: Running, clients: int) -> float:
    """CPU seconds the server needs when `clients` leave at once."""
    crowd = Crowd(running.host, running.dialect)
    await crowd.join(clients)
    await asyncio.sleep(1.0)
    before = running.cpu()
    crowd.forget_all()
    quiet, last = 0, before
    while quiet < 5:
        await asyncio.sleep(0.1)
        now = running.cpu()
        quiet = quiet + 1 if now - last < 0.005 else 0
        last = now
    return last - before
