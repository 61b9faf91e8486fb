"""Two nodes behind HAProxy, by the configuration we hand out: polls stay, a dead node is left."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.support.app import ROOT
from tests.support.nodes import Roamer, nodes
from tests.support.processes import Process, accepts, free_port, scratch, wait_until

CELL = "gbwc9z1"
pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not shutil.which("haproxy"), reason="haproxy is not installed"),
    pytest.mark.parametrize("database_kind", ["sqlite"]),
]


def configured(directory: Path, proxy: int, one: int, two: int) -> Path:
    """The example, on ports of ours."""
    text = (ROOT / "docs/deploy/haproxy.cfg").read_text(encoding="utf-8")
    for example, real in (("8000", proxy), ("8001", one), ("8002", two)):
        assert f"127.0.0.1:{example}" in text
        text = text.replace(f"127.0.0.1:{example}", f"127.0.0.1:{real}")
    path = directory / "haproxy.cfg"
    path.write_text(text, encoding="utf-8")
    return path


async def test_polls_stay_with_their_node_and_a_killed_node_is_left(
    database_url: str, redis_url: str
) -> None:
    proxy = free_port()
    origin = f"http://localhost:{proxy}"
    settings = {"PALIER_ORIGIN": origin, "PALIER_TRUSTED_PROXIES": "127.0.0.1"}
    with (
        scratch() as home,
        nodes(home, 2, database_url=database_url, redis_url=redis_url, settings=settings) as both,
    ):
        path = configured(home, proxy, both[0].port, both[1].port)
        balancer = Process(["haproxy", "-db", "-f", str(path)], home / "haproxy.log")
        wait_until(lambda: accepts(proxy), 10, "haproxy listens")
        members = both[0].demo(9, cell=CELL)
        roamers = [
            Roamer([origin], member, transports=["polling" if number % 2 else "websocket"])
            for number, member in enumerate(members)
        ]
        try:
            await asyncio.gather(*(roamer.live() for roamer in roamers))
            writer = roamers[0]
            conversation = (await writer.post("street", "Bonjour"))["id"]
            await heard_by_all(roamers, "Bonjour")
            both[1].kill9()
            acked = False
            while not acked:
                try:
                    await writer.reply(conversation, "après")
                    acked = True
                except (AssertionError, TimeoutError, RuntimeError, OSError, AttributeError):
                    await asyncio.sleep(0.1)
            await heard_by_all(roamers, "après")
            assert {roamer.reloaded == [] for roamer in roamers} == {True}
        finally:
            await asyncio.gather(*(roamer.rest() for roamer in roamers))
            balancer.stop()


async def heard_by_all(roamers: list[Roamer], text: str) -> None:
    async with asyncio.timeout(30):
        for roamer in roamers:
            while not any(text in roamer.texts(topic) for topic in list(roamer.log)):
                await asyncio.sleep(0.02)
