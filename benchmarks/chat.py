"""Reading chat when there is a lot of it: pages of history, search, and a long absence.

    python -m benchmarks.chat [--messages 1000000] [--asked 500] [--databases sqlite,postgresql]

A year of invented words (Zipf over 20,000, French endings) in conversations of ten, in the streets
and neighbourhoods of a town of 400 cells; a tenth of them in the reader's own nine. Pages and
searches are one at a time through `db.read`, as the server does them. The absence is asked of a
whole server over a WebSocket: 200 events in each of 50 topics, which `sync` replays in pages of
256 KiB, then 10,000 in one topic, which is a `reload` and a page of conversations.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import uvloop

from benchmarks.measures import in_milliseconds, machine
from realtime.clock import to_millis
from realtime.db import Database, Tx, migrate, open_database
from realtime.geo.cells import ring
from realtime.ids import first_ulid, new_ulid
from realtime.journal import create_topic
from realtime.members.model import Member
from realtime.rooms import actions
from realtime.rooms.search import actions as search
from realtime.rooms.search import words
from realtime.wire.messages import HistoryAsked
from realtime.wire.search import SearchAsked
from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.doors import let_in
from tests.support.processes import scratch
from tests.support.residents import RIGHTS, member, settle
from tests.support.servers import PostgresServer, postgres_owner

HOME = "gbwc9z1"
CHUNK, AUTHORS, TALK = 2_000, 500, 10
YEAR = timedelta(days=365)
ASKED = ["perdu", "réunion", "chat perdu", "bonjour", "mot17 mot230", "introuvable"]
TOPICS, EACH, FAR_BEHIND = 50, 200, 10_000


class Town:
    """Who writes what, where and when: the same for the same seed."""

    def __init__(self, messages: int) -> None:
        self.lot = random.Random(7)
        self.messages = messages
        self.reader = member(HOME, "Camille Le Goff")
        self.authors = [member(HOME, f"Voisin {number}") for number in range(AUTHORS)]
        self.own = [f"street:{cell}" for cell in ring(HOME)]
        elsewhere = [f"street:u{number:06d}" for number in range(400)]
        self.elsewhere = [topic.replace("a", "b") for topic in elsewhere]
        told = ["perdu", "réunion", "chat", "bonjour", "voisins", "clés"]
        self.vocabulary = told + [f"mot{number}" for number in range(20_000 - len(told))]
        self.weights = list(accumulate(1 / (place + 3) for place in range(20_000)))
        self.begun = datetime.now(UTC) - YEAR
        self.conversations: list[str] = []

    def text(self) -> str:
        return " ".join(
            self.lot.choices(self.vocabulary, cum_weights=self.weights, k=self.lot.randint(3, 25))
        )

    def rows(self) -> Iterator[tuple[dict[str, object], str]]:
        """Messages in the order of time, and the words each is found by."""
        seqs: dict[str, int] = {}
        open_talks: dict[str, tuple[str, int]] = {}
        for number in range(self.messages):
            now = self.begun + YEAR * (number / self.messages)
            topic = self.lot.choice(self.own if self.lot.random() < 0.1 else self.elsewhere)
            own_id = new_ulid(now)
            talk, said = open_talks.get(topic, ("", TALK))
            if said >= TALK:
                talk, said = own_id, 0
                if topic in self.own:
                    self.conversations.append(own_id)
            open_talks[topic] = (talk, said + 1)
            seqs[topic] = seqs.get(topic, 0) + 1
            text, author = self.text(), self.lot.choice(self.authors).account
            at = to_millis(now)
            folded = [*words.fold(text), words.of_topic(topic), words.of_author(author)]
            folded += [words.of_week(at), words.of_conversation(talk)]
            row: dict[str, object] = {
                "id": own_id, "topic": topic, "seq": seqs[topic], "conversation": talk,
                "author": author, "text": text, "at": at, "number": number + 1,
            }  # fmt: skip
            yield row, " ".join(folded)


def write_chunk(tx: Tx, rows: list[dict[str, object]]) -> None:
    tx.many(
        """INSERT INTO message (id, topic, seq, conversation, author, text, at)
           VALUES (:id, :topic, :seq, :conversation, :author, :text, :at)""",
        rows,
    )
    tx.many(
        "INSERT INTO message_index (number, message, words) VALUES (:number, :id, :words)", rows
    )
    if tx.dialect == "sqlite":
        tx.many("INSERT INTO message_search (rowid, words) VALUES (:number, :words)", rows)
    openings = [row for row in rows if row["id"] == row["conversation"]]
    tx.many(
        """INSERT INTO conversation (id, topic, replies, last_at)
           VALUES (:id, :topic, 9, :at)""",
        openings,
    )


async def fill(db: Database, town: Town) -> None:
    """GIN is built once at the end: a million insertions one by one are no part of reading."""
    begun = time.perf_counter()
    await db.write(settle, town.reader, *town.authors)
    await _run_on_postgresql(db, "DROP INDEX message_index_by_terms")
    rows: list[dict[str, object]] = []
    for row, found_by in town.rows():
        rows.append(row | {"words": found_by})
        if len(rows) == CHUNK:
            await db.write(write_chunk, rows)
            rows = []
    await db.write(write_chunk, rows)
    await _run_on_postgresql(
        db,
        """CREATE INDEX message_index_by_terms ON message_index
           USING gin (terms) WITH (fastupdate = off)""",
        "ANALYZE message",
        "ANALYZE message_index",
    )
    print(f"  {town.messages:,} messages written in {time.perf_counter() - begun:.0f} s")


async def _run_on_postgresql(db: Database, *statements: str) -> None:
    def run(tx: Tx) -> None:
        for statement in statements if tx.dialect == "postgresql" else ():
            tx.run("SET LOCAL statement_timeout = 0")
            tx.run(statement)

    await db.write(run)


async def read_pages(db: Database, town: Town, asked: int) -> None:
    now = datetime.now(UTC)
    took = []
    for _ in range(asked):
        wanted = HistoryAsked(conversation=town.lot.choice(town.conversations))
        begun = time.perf_counter()
        await db.read(actions.history, town.reader, RIGHTS, wanted, now)
        took.append(time.perf_counter() - begun)
    print(f"  a page of history        {in_milliseconds(took)} ms")
    for q in ASKED:
        await find(db, town.reader, q, asked // len(ASKED) + 1, now)


async def find(db: Database, reader: Member, q: str, times: int, now: datetime) -> None:
    took, found = [], 0
    for _ in range(times):
        begun = time.perf_counter()
        answer = await db.read(search.search, reader, RIGHTS, SearchAsked(q=q), now)
        took.append(time.perf_counter() - begun)
        messages = answer["messages"]
        assert isinstance(messages, list)
        found = len(messages)
    print(f"  search {q:17} {in_milliseconds(took)} ms, {found} found")


def add_absence(tx: Tx, town: Town, account: str) -> None:
    """200 events in each of the reader's groups, 10,000 in one topic of the street."""
    now = datetime.now(UTC)
    counts = {f"group:{first_ulid(now)[:20]}{number:06d}": EACH for number in range(TOPICS)}
    for topic, count in (counts | {town.own[0]: FAR_BEHIND}).items():
        create_topic(tx, topic, HOME[:5], now)
        low = tx.value("SELECT coalesce(max(seq), 0) FROM message WHERE topic = :t", t=topic)
        rows = [
            {
                "id": new_ulid(now), "topic": topic, "seq": low + place, "at": to_millis(now),
                "author": town.authors[0].account, "text": town.text(),
            }
            for place in range(1, count + 1)
        ]  # fmt: skip
        tx.many(
            """INSERT INTO message (id, topic, seq, author, text, at)
               VALUES (:id, :topic, :seq, :author, :text, :at)""",
            rows,
        )
        tx.many(
            """INSERT INTO event (topic, seq, kind, object, version, at)
               VALUES (:topic, :seq, 'message.posted', :id, 1, :at)""",
            rows,
        )
        tx.run("UPDATE topic SET head = :head WHERE name = :t", head=low + count, t=topic)
        if topic in counts:
            _join(tx, topic.partition(":")[2], account, to_millis(now))


def _join(tx: Tx, group: str, account: str, at: int) -> None:
    tx.run(
        """INSERT INTO group_room (id, name, about, category, access, reach, created_at)
           VALUES (:id, 'Chats', '', 'animaux', 'open', 'neighbourhood', :at)""",
        id=group,
        at=at,
    )
    tx.run("INSERT INTO group_cell (cell, room) VALUES (:cell, :id)", cell=HOME[:5], id=group)
    tx.run(
        """INSERT INTO group_member (room, account, standing, since)
           VALUES (:id, :account, 'member', :at)""",
        id=group,
        account=account,
        at=at,
    )


async def come_back(url: str, db: Database, town: Town, folder: Path) -> None:
    with ServerProcess(folder, database_url=url) as server:
        keyring = await asyncio.to_thread(server.keyring)
        back = member(HOME, "Absente")
        (token,) = await let_in(url, back, keyring=keyring)
        await db.write(add_absence, town, back.account)
        client = await Client(server.origin, token).connect(sync=False)
        first = await client.ask("sync")
        heads = {state["topic"]: [state["epoch"], state["head"]] for state in first["topics"]}
        groups = {topic: [epoch, 0] for topic, (epoch, _) in heads.items() if "group:" in topic}
        took, events = [], 0
        begun = time.perf_counter()
        while groups:
            asked = time.perf_counter()
            ack = await client.ask("sync", positions=groups)
            took.append(time.perf_counter() - asked)
            events += len(ack["events"])
            for event in ack["events"]:
                groups[event["topic"]] = [event["epoch"], event["seq"]]
            if not ack["more"]:
                break
        whole = time.perf_counter() - begun
        print(f"  sync, {events:,} events    {whole:.2f} s in {len(took)} pages,"
              f" {in_milliseconds(took)} ms each")  # fmt: skip
        behind = {town.own[0]: [heads[town.own[0]][0], heads[town.own[0]][1] - FAR_BEHIND]}
        begun = time.perf_counter()
        ack = await client.ask("sync", positions=behind)
        assert ack["reload"] == [town.own[0]]
        await client.ask("conversations", view="street")
        print(f"  sync, {FAR_BEHIND:,} behind    {(time.perf_counter() - begun) * 1e3:.0f} ms,"
              " with the first page of the street")  # fmt: skip
        await client.close()


@contextlib.asynccontextmanager
async def databases(kinds: list[str]) -> AsyncIterator[list[tuple[str, str]]]:
    """(kind, URL of an empty database) for each of `kinds`, which may name one twice."""
    with scratch(postgres_owner()) as folder, contextlib.ExitStack() as ended:
        found, server = [], None
        for number, kind in enumerate(kinds):
            if kind == "sqlite":
                found.append((kind, f"sqlite:///{folder}/{number}.db"))
                continue
            if server is None:
                server = PostgresServer(folder)
                ended.callback(server.stop)
            found.append((kind, server.new_database()))
        yield found


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=500)
    parser.add_argument("--databases", default="sqlite,postgresql")
    asked = parser.parse_args()
    print(machine())
    async with databases(asked.databases.split(",")) as urls:
        for kind, url in urls:
            print(kind)
            await asyncio.to_thread(migrate, url)
            town, db = Town(asked.messages), await asyncio.to_thread(open_database, url)
            await fill(db, town)
            await read_pages(db, town, asked.asked)
            with tempfile.TemporaryDirectory() as folder:
                await come_back(url, db, town, Path(folder))
            await db.close()


if __name__ == "__main__":
    uvloop.run(main())
