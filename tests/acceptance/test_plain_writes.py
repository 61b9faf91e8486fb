"""The house on the engine's slower path, for the day a library changes under the quick one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.processes import scratch


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    settings = {"PALIER_DIRECT_WRITES": "off"}
    with scratch() as directory, ServerProcess(directory, settings=settings) as running:
        yield running


@pytest.mark.parametrize(("transport", "cell"), [("websocket", "gbwc9z1"), ("polling", "u33db2m")])
async def test_neighbours_talk_without_direct_writes(
    server: ServerProcess, transport: str, cell: str
) -> None:
    anna, ben = server.demo(2, cell=cell)
    async with (
        Client(server.origin, anna.token, transports=[transport]) as first,
        Client(server.origin, ben.token, transports=[transport]) as second,
    ):
        posted = [await first.post("street", f"message {number}") for number in range(20)]
        await second.wait_for("message.posted", id=posted[-1]["id"])
        heard = [one["message"]["id"] for one in second.events if "message" in one]
        assert heard == [one["id"] for one in posted]
        assert not server.faults()
