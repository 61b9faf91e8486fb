"""The house on the engine's slower path, for the day a library changes under the quick one."""

from __future__ import annotations

import pytest

from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.processes import scratch


@pytest.mark.parametrize("transports", [["websocket"], ["polling"]])
async def test_neighbours_talk_without_direct_writes(transports: list[str]) -> None:
    with scratch() as directory:
        server = ServerProcess(directory, settings={"PALIER_DIRECT_WRITES": "off"})
        anna, ben = server.demo(2, cell="gbwc9z1")
        with server:
            async with (
                Client(server.origin, anna.token, transports=transports) as first,
                Client(server.origin, ben.token, transports=transports) as second,
            ):
                posted = [await first.post("street", f"message {number}") for number in range(20)]
                await second.wait_for("message.posted", id=posted[-1]["id"])
                heard = [one["message"]["id"] for one in second.events if "message" in one]
                assert heard == [one["id"] for one in posted]
                assert not server.faults()
