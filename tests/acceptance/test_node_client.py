"""A member on npm's socket.io-client talks with their street; all it receives is searched."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Arrive
from tests.support import canary
from tests.support.app import ROOT, ServerProcess
from tests.support.clients import new_key
from tests.support.doors import let_in
from tests.support.residents import member

PATIENCE = 30


@pytest.mark.skipif(
    not (ROOT / "web_client/node_modules/socket.io-client").is_dir(),
    reason="web_client is not installed (bin/setup)",
)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_member_on_node_talks_and_no_packet_names_a_house(
    house: ServerProcess, arrive: Arrive, cell: str, transport: str
) -> None:
    ada = await arrive("Ada")
    keyring = await asyncio.to_thread(house.keyring)
    (token,) = await let_in(house.database_url(), member(cell, "Nour"), keyring=keyring)
    program = str(Path(__file__).with_name("node_member.cjs"))
    node = await asyncio.create_subprocess_exec(
        "node", program, house.origin, token, transport, new_key(), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE):
        hello = await ada.wait_for("message.posted", text="Bonjour de Node", within=PATIENCE)
        await ada.reply(hello["message"]["id"], "Bonjour Node")
        out, _ = await node.communicate()
    assert node.returncode == 0, out.decode()
    packets = [json.loads(line) for line in out.splitlines()]
    for packet in packets:
        canary.look("node", packet, f"{transport} {packet[:120]}")
    assert any('"me":' in packet for packet in packets), "the answer to sync was not searched"
    assert any("Bonjour Node" in packet for packet in packets), "no event was searched"
