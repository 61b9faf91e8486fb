"""A node at work: it listens until it is told to stop, then sends its clients elsewhere."""

from __future__ import annotations

import asyncio
import math
import signal
from collections.abc import Callable

import orjson
from aiohttp import web

from realtime import metrics
from realtime.app import Node
from realtime.engine import event_frame, reasons
from realtime.heap import settle_heap
from realtime.worker.child import keep_child

LAG_SECONDS = 0.5
# Clients spread their return over this time, so that a restart is not a stampede.
MOVING_SECONDS = 2.0
# The same for those who did not listen.
LEAVING_SECONDS = 3.0
TURN_SECONDS = 0.05
# Also for who never finishes a first request. Above the 60 s that nginx keeps its own idle ones.
IDLE_SECONDS = 65.0


async def serve(node: Node, host: str, port: int, say_ready: Callable[[], None]) -> None:
    """Listen until SIGTERM or SIGINT, then tell the clients and drain."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    runner = web.AppRunner(
        node.web, access_log=None, shutdown_timeout=5, keepalive_timeout=IDLE_SECONDS
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024, reuse_port=False)
    await site.start()
    settle_heap()
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(node.house.bus.run()),
            tasks.create_task(node.catch_up.run()),
            tasks.create_task(node.sessions.run()),
            tasks.create_task(node.board.run()),
            tasks.create_task(node.typing.run()),
            tasks.create_task(_measure_lag()),
        ]
        if node.house.db.dialect == "sqlite":
            running.append(tasks.create_task(keep_child(node.house.settings.origin)))
        say_ready()
        await stopping.wait()
        await site.stop()
        await _drain(node)
        await node.engine.shutdown()
        for task in running:
            task.cancel()
    await runner.cleanup()
    await close(node)


async def _drain(node: Node) -> None:
    """Ask the clients to move; who has not within two seconds is moved, a few at a time."""
    _say_moving(node)
    for _ in range(round(MOVING_SECONDS / TURN_SECONDS)):
        if node.engine.count:
            await asyncio.sleep(TURN_SECONDS)
    left = list(node.engine.sockets)
    step = max(1, math.ceil(len(left) * TURN_SECONDS / LEAVING_SECONDS))
    for start in range(0, len(left), step):
        for socket in left[start : start + step]:
            socket.close(reasons.STOPPING)
        await asyncio.sleep(TURN_SECONDS)


async def close(node: Node) -> None:
    node.house.hasher.close()
    await node.aside.close()
    await node.house.finder.close()
    await node.house.limits.close()
    await node.messages.close()
    await node.house.db.close()


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
