"""The journal's SQL. `append` is one call per transaction, its topics in byte order.

Unsorted or repeated appends deadlock on PostgreSQL: the row of a topic is its lock, and it is what
makes the numbers gap-free and visible in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.journal.model import (
    KEPT_DAYS,
    KEPT_PER_TOPIC,
    PAGE,
    Event,
    Head,
    Missed,
    Numbered,
    region_of,
)

_DAY = 86_400_000
# Two machines' clocks may differ; what moved lately is asked of one clock only, the database's.
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
# The same, fixed for one statement: an index may be searched with it.
_NOW_FOR_INDEX = "CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT)"

_TAKE_NUMBERS = """
    INSERT INTO topic (name, region, epoch, head, moved_at)
    VALUES (:name, :region, (SELECT value FROM meta WHERE name = 'epoch'), :count, :now)
    ON CONFLICT (name) DO UPDATE SET head = topic.head + excluded.head, moved_at = excluded.moved_at
    RETURNING epoch, head"""
_INSERT = """
    INSERT INTO event (topic, seq, kind, object, version, at)
    VALUES (:topic, :seq, :kind, :object, :version, :at)"""
# The same in one statement. `counted` is sorted, so the topics' locks are taken in order.
_APPEND_AT_ONCE = f"""
    WITH given AS (
        SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:regions AS text[]),
                             CAST(:kinds AS text[]), CAST(:objects AS text[]),
                             CAST(:versions AS int[]))
        WITH ORDINALITY AS g(topic, region, kind, object, version, place)
    ), counted AS (
        SELECT topic COLLATE "C" AS topic, min(region) AS region, count(*) AS many
        FROM given GROUP BY topic COLLATE "C" ORDER BY topic COLLATE "C"
    ), taken AS (
        INSERT INTO topic (name, region, epoch, head, moved_at)
        SELECT topic, region, (SELECT value FROM meta WHERE name = 'epoch'), many, {_NOW}
        FROM counted
        ON CONFLICT (name) DO UPDATE
            SET head = topic.head + excluded.head, moved_at = excluded.moved_at
        RETURNING name, epoch, head
    ), numbered AS (
        SELECT given.*, taken.epoch, taken.head - count(*) OVER (PARTITION BY given.topic)
            + row_number() OVER (PARTITION BY given.topic ORDER BY place) AS seq
        FROM given JOIN taken ON taken.name = given.topic
    ), kept AS (
        INSERT INTO event (topic, seq, kind, object, version, at)
        SELECT topic, seq, kind, object, version, :now FROM numbered
    )
    SELECT epoch, seq FROM numbered ORDER BY place"""


def append(tx: Tx, events: Sequence[Event], now: datetime) -> list[Numbered]:
    """Give every event its number, in the order given in a topic. Once per transaction, last."""
    if not events:
        return []
    ordered = sorted(events, key=lambda event: event.topic.encode())
    at = to_millis(now)
    regions = {topic: _region(tx, topic) for topic in dict.fromkeys(e.topic for e in ordered)}
    add = _append_rows if tx.dialect == "sqlite" else _append
    numbered = []
    for event, (epoch, seq) in zip(ordered, add(tx, ordered, regions, at), strict=True):
        kind, region = event.kind, regions[event.topic]
        numbered.append(
            Numbered(event.topic, epoch, seq, kind, event.object, event.version, at, region)
        )
        if event.on_numbered is not None:
            event.on_numbered(tx, event.object, seq)
    return numbered


def _append_rows(
    tx: Tx, ordered: Sequence[Event], regions: Mapping[str, str], at: int
) -> list[tuple[str, int]]:
    places: list[tuple[str, int]] = []
    for name, count in Counter(event.topic for event in ordered).items():
        row = tx.find(_TAKE_NUMBERS, name=name, region=regions[name], count=count, now=at)
        epoch, head = cast(tuple[str, int], row)
        places.extend((epoch, seq) for seq in range(head - count + 1, head + 1))
    tx.many(
        _INSERT,
        [
            {
                "topic": event.topic,
                "seq": seq,
                "kind": event.kind,
                "object": event.object,
                "version": event.version,
                "at": at,
            }
            for event, (_, seq) in zip(ordered, places, strict=True)
        ],
    )
    return places


def _append(
    tx: Tx, ordered: Sequence[Event], regions: Mapping[str, str], at: int
) -> list[tuple[str, int]]:
    rows = tx.all(
        _APPEND_AT_ONCE,
        topics=[event.topic for event in ordered],
        regions=[regions[event.topic] for event in ordered],
        kinds=[event.kind for event in ordered],
        objects=[event.object for event in ordered],
        versions=[event.version for event in ordered],
        now=at,
    )
    return [(epoch, seq) for epoch, seq in rows]


def _region(tx: Tx, topic: str) -> str:
    region = region_of(topic)
    if region is None:
        region = tx.value("SELECT region FROM topic WHERE name = :topic", topic=topic)
    if region is None:
        raise LookupError(f"create_topic was not called for {topic}")
    return region


def create_topic(tx: Tx, topic: str, region: str, now: datetime) -> None:
    """A group or a direct thread: its region is its creator's, for ever."""
    tx.run(
        """INSERT INTO topic (name, region, epoch, head, moved_at)
           VALUES (:topic, :region, (SELECT value FROM meta WHERE name = 'epoch'), 0, :now)
           ON CONFLICT DO NOTHING""",
        topic=topic,
        region=region,
        now=to_millis(now),
    )


def regions_of(tx: Tx, topics: Sequence[str]) -> dict[str, str]:
    """The regions of topics whose name does not say it; one that does not exist is left out."""
    rows = tx.all("SELECT name, region FROM topic WHERE name IN :topics", topics=tuple(topics))
    return {str(name): str(region) for name, region in rows}


def heads(tx: Tx, topics: Sequence[str]) -> dict[str, Head]:
    """The head of every topic asked for, also of those where nothing happened yet."""
    rows = tx.all(
        """SELECT name, epoch, head FROM topic WHERE name IN :topics
           UNION ALL SELECT NULL, value, 0 FROM meta WHERE name = 'epoch'""",
        topics=tuple(topics),
    )
    found = {name: (epoch, seq) for name, epoch, seq in rows}
    untouched = found[None]
    return {topic: Head(topic, *found.get(topic, untouched)) for topic in topics}


def heads_of_regions(tx: Tx, regions: Sequence[str], now: datetime, seconds: int) -> list[Head]:
    """The topics of these regions that moved in the last seconds: one index, 0.2 ms."""
    since = f"{_NOW_FOR_INDEX} - :millis" if tx.dialect == "postgresql" else ":now - :millis"
    return [
        Head(*row)
        for row in tx.all(
            f"""SELECT name, epoch, head FROM topic
                WHERE region IN :regions AND moved_at >= {since}""",
            regions=tuple(regions),
            millis=seconds * 1000,
            now=to_millis(now),
        )
    ]


def read_after(
    tx: Tx,
    positions: Mapping[str, tuple[str, int]],
    heads: Mapping[str, Head],
    most: int | None = None,
) -> Missed:
    """What happened after each position. Too far behind, ahead, or of another epoch: reload.

    After `most` events no further topic is read: those that moved too are `left`.
    """
    reload: set[str] = set()
    left: set[str] = set()
    events: list[Numbered] = []
    for topic, (epoch, seq) in positions.items():
        head = heads[topic]
        if epoch != head.epoch or not 0 <= seq <= head.seq or head.seq - seq > PAGE:
            reload.add(topic)
        elif seq < head.seq and most is not None and len(events) >= most:
            left.add(topic)
        elif seq < head.seq:
            rows = _events_after(tx, topic, seq, head)
            if len(rows) != head.seq - seq:
                reload.add(topic)
            else:
                events.extend(rows)
    return Missed(events, frozenset(reload), frozenset(left))


def _events_after(tx: Tx, topic: str, seq: int, head: Head) -> list[Numbered]:
    return [
        Numbered(topic, head.epoch, *row)
        for row in tx.all(
            """SELECT seq, kind, object, version, at FROM event
               WHERE topic = :topic AND seq > :seq AND seq <= :head ORDER BY seq""",
            topic=topic,
            seq=seq,
            head=head.seq,
        )
    ]


def seq_before(tx: Tx, head: Head, since: datetime) -> int:
    """The last seq of a topic before a moment, one page back from its head at most."""
    first: int | None = tx.value(
        "SELECT min(seq) FROM event WHERE topic = :topic AND seq > :low AND at >= :since",
        topic=head.topic,
        low=head.seq - PAGE,
        since=to_millis(since),
    )
    return head.seq if first is None else first - 1


def trim(tx: Tx, now: datetime, *, limit: int = 500) -> int:
    """Forget at most `limit` events that are 30 days old or past 10,000 of their topic.

    Call it again while it returns `limit`. 500 deletions take some 5 ms of the writer.
    """
    forgotten = tx.run(
        """DELETE FROM event WHERE (topic, seq) IN (
               SELECT topic, seq FROM event WHERE at < :before ORDER BY at LIMIT :limit)""",
        before=to_millis(now) - KEPT_DAYS * _DAY,
        limit=limit,
    )
    # In byte order, as appends take them: the row of a topic is its lock.
    for topic, head in tx.all(
        """SELECT name, head FROM topic WHERE head - trimmed > :kept
           ORDER BY name LIMIT 50""",
        kept=KEPT_PER_TOPIC,
    ):
        if forgotten == limit:
            break
        forgotten += _trim_topic(tx, topic, head - KEPT_PER_TOPIC, limit - forgotten)
    return forgotten


def _trim_topic(tx: Tx, topic: str, last: int, limit: int) -> int:
    """Forget the oldest events up to `last`, and note how far that came."""
    forgotten = tx.run(
        """DELETE FROM event WHERE topic = :topic AND seq IN (
               SELECT seq FROM event WHERE topic = :topic AND seq <= :last
               ORDER BY seq LIMIT :limit)""",
        topic=topic,
        last=last,
        limit=limit,
    )
    tx.run(
        """UPDATE topic SET trimmed = coalesce(
               (SELECT min(seq) - 1 FROM event WHERE topic = :topic), head)
           WHERE name = :topic""",
        topic=topic,
    )
    return forgotten
