"""SIGKILL while eight members talk: what was acked is there once, and all hear the same.

Each member posts with a key and, when the answer does not come, connects again and sends the same
key until it does. In between the server is killed at random moments and started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import socketio

from realtime.db import Tx, open_database
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.doors import let_in
from tests.support.residents import member

CELL = "gbwc9z1"
TOPIC = f"street:{CELL}"
SENDERS = 8
SEED = 20_261_123
# About 100 messages a second in all: the 200 events a reader may lag behind are 2 s.
PAUSES = (0.02, 0.12)
BETWEEN_KILLS = (0.05, 0.8)

pytestmark = pytest.mark.faults


@dataclass
class Campaign:
    """One server, its members, and what was promised to them."""

    server: ServerProcess
    url: str
    dice: random.Random
    kills: int
    acked: dict[str, Json] = field(default_factory=dict)
    retries: int = 0
    is_over: bool = False

    async def run(self) -> list[Client]:
        """Eight members talk until the last kill; then each catches up. Their devices."""
        people = [member(CELL, f"Member {number}") for number in range(SENDERS)]
        tokens = await let_in(self.url, *people)
        devices = [Client(self.server.origin, token) for token in tokens]
        for device in devices:
            await device.connect()
        async with asyncio.TaskGroup() as tasks:
            for number, device in enumerate(devices):
                tasks.create_task(self.talk(device, number))
            tasks.create_task(self.kill())
        for device in devices:
            await self.reach(device)
            await device.sync()
        return devices

    async def kill(self) -> None:
        for _ in range(self.kills):
            await asyncio.sleep(self.dice.uniform(*BETWEEN_KILLS))
            await asyncio.to_thread(self.server.kill9)
            await asyncio.to_thread(self.server.start)
        await asyncio.sleep(0.3)
        self.is_over = True

    async def talk(self, device: Client, number: int) -> None:
        """Post, half of it into a conversation that was heard before; retry until acked."""
        count = 0
        while not self.is_over:
            count += 1
            payload: Json = {"key": new_key(), "text": f"{number}.{count}"}
            heard = [event["message"]["conversation"] for event in device.log[TOPIC][-20:]]
            if heard and self.dice.random() < 0.5:
                payload["reply_to"] = self.dice.choice(heard)
            else:
                payload["to"] = "street"
            ack = await self.send(device, payload)
            assert ack["ok"] is True, ack
            self.acked[payload["text"]] = ack["message"]
            await asyncio.sleep(self.dice.uniform(*PAUSES))

    async def send(self, device: Client, payload: Json) -> Json:
        while True:
            if not device.disconnected.is_set():
                ack = await answer_or_end(device, payload)
                if ack is not None and ack.get("code") not in ("storage", "busy"):
                    return ack
            self.retries += 1
            await self.reach(device)

    async def reach(self, device: Client) -> None:
        """Connect again, for as long as it takes."""
        while device.disconnected.is_set():
            try:
                await device.connect()
            except (socketio.exceptions.SocketIOError, TimeoutError, OSError):
                device.disconnected.set()
                await asyncio.sleep(0.05)


async def answer_or_end(device: Client, payload: Json) -> Json | None:
    """The ack, or None when the connection ended before it came."""
    asking = asyncio.create_task(device.command("message.post", payload, within=8))
    ending = asyncio.create_task(device.disconnected.wait())
    await asyncio.wait([asking, ending], return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not asking.done():
        asking.cancel()
    with contextlib.suppress(
        asyncio.CancelledError, TimeoutError, socketio.exceptions.SocketIOError
    ):
        return await asking
    return None


def read_journal(tx: Tx) -> list[tuple[int, str, str]]:
    """(seq, id, words) of every message event of the topic, as the journal has them."""
    rows = tx.all(
        """SELECT e.seq, m.id, m.text FROM event e JOIN message m ON m.id = e.object
           WHERE e.topic = :topic AND m.seq = e.seq ORDER BY e.seq""",
        topic=TOPIC,
    )
    return [(seq, own_id, text) for seq, own_id, text in rows]


async def journal_of(url: str) -> list[tuple[int, str, str]]:
    db = await asyncio.to_thread(open_database, url)
    rows = await db.read(read_journal)
    await db.close()
    return rows


@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.long)])
async def test_what_was_acked_before_a_kill_is_there_once_and_all_hear_the_same(
    database_url: str, database_kind: str, tmp_path: Path, kills: int
) -> None:
    begun = time.monotonic()
    server = ServerProcess(tmp_path, database_url=database_url)
    with server:
        campaign = Campaign(server, database_url, random.Random(SEED), kills)
        devices = await campaign.run()
        journal = await journal_of(database_url)
        for device in devices:
            await device.close()

    print(
        f"{database_kind}, seed {SEED}: {kills} kills, {len(campaign.acked)} messages acked,"
        f" {campaign.retries} sent again, {sum(len(d.reloaded) for d in devices)} reloads,"
        f" {sum(d.repeats for d in devices)} repeats dropped, {time.monotonic() - begun:.0f} s"
    )
    assert [seq for seq, _, _ in journal] == list(range(1, len(journal) + 1))
    written = Counter(text for _, _, text in journal)
    assert {text for text, times in written.items() if times > 1} == set()
    there = {text: own_id for _, own_id, text in journal}
    assert {text: message["id"] for text, message in campaign.acked.items()} == there
    assert not server.faults()

    for device in devices:
        device.assert_no_gap()
        log = [(e["seq"], e["message"]["id"], e["message"]["text"]) for e in device.log[TOPIC]]
        # Who fell further behind than a replay reaches began a new log at the head.
        assert log == (journal[-len(log) :] if TOPIC in device.reloaded else journal)
    assert len(campaign.acked) > kills
