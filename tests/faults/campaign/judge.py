"""Judges a history against the final log. Each rule is a promise of docs/reliability.md.

O(n log n). Said in one sentence: what was acked is there, once, where it was said to be; everybody
saw it in that order, whole; and nobody saw it who had lost the right to.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.faults.campaign.history import (
    Applied,
    Cid,
    History,
    Log,
    Reloaded,
    Row,
    Sent,
    Topic,
    fingerprint,
)

Span = tuple[float, float]
# What tells of something that was not there before.
NEW = ("message.posted", "alert.raised")
# What a member may still see after signing out elsewhere, or being out of a group.
GRACE_SECONDS = 2.0


def judge(history: History, log: Log, blind: Sequence[Span] = ()) -> list[str]:
    """Every broken promise. In a `blind` span some node could not know who had signed out."""
    return [
        *history.contradictions,
        *_nothing_is_stepped_over(history),
        *_log_is_whole(history, log),
        *_acked_is_kept(history, log),
        *_changes_are_kept(history, log),
        *_promises_are_kept(log),
        *_seen_is_kept(history, log),
        *_each_reader_saw_one_order(history),
        *_everybody_is_current(history, log),
        *_time_and_senders_keep_order(history),
        *_nobody_sees_what_is_lost_to_them(history, blind),
    ]


def _cid_of(history: History, row: Row) -> Cid:
    """Of a row that tells of something new. Its words may have been taken back since."""
    changes = history.changes.get(row.about)
    return row.cid if changes is None else changes.cid


def _log_is_whole(history: History, log: Log) -> Iterator[str]:
    """C2, C3: numbers count up by one, and each message is there once."""
    for topic, rows in log.items():
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            yield f"C3 a gap in {topic}"
        seen = set()
        for row in rows:
            cid = _cid_of(history, row)
            if row.kind in NEW and cid in seen:
                yield f"C2 {cid} is twice in {topic}"
            seen.add(cid)


def _acked_is_kept(history: History, log: Log) -> Iterator[str]:
    """C1, C9: nothing acked is lost or moved, nothing is there that nobody sent."""
    places = {
        _cid_of(history, row): _place_of(topic, row)
        for topic, rows in log.items()
        for row in rows
        if row.kind in NEW
    }
    for cid, acked in history.acked.items():
        if places.get(cid) != (history.sent[cid].topic, acked.seq):
            yield f"C1 {cid} was acked as {acked.seq}, found at {places.get(cid)}"
    for cid in places:
        if cid not in history.sent:
            yield f"C9 nobody sent {cid}"


def _place_of(topic: Topic, row: Row) -> tuple[Topic, int]:
    """An alert is told in several areas, and its ack names no number."""
    return ("area", 0) if row.kind == "alert.raised" else (topic, row.seq)


def _changes_are_kept(history: History, log: Log) -> Iterator[str]:
    """C13: a message says in the end what was acked last, or was tried after it."""
    says = {row.about: row.text for rows in log.values() for row in rows if row.kind in NEW}
    for about, changes in history.changes.items():
        if says.get(about) not in changes.tried[changes.kept :]:
            yield f"C13 {changes.cid} is back at {says.get(about)!r}"


def _promises_are_kept(log: Log) -> Iterator[str]:
    """C14: what should ring phones has its job; both were written together."""
    for topic, rows in log.items():
        for row in rows:
            if not row.is_promised:
                yield f"C14 no phone rings for {row.cid} of {topic}"


def _seen_is_kept(history: History, log: Log) -> Iterator[str]:
    """C4: whatever a device showed is in the log, with its words, at this place.

    Events explain state: the last one about a message was shown with what it says in the end. An
    earlier one may come with any words it had.
    """
    shown = {}
    for topic, rows in log.items():
        last = {row.about: row.seq for row in rows}
        for row in rows:
            texts = {row.text}
            if row.seq != last[row.about] and row.about in history.changes:
                texts.update(history.changes[row.about].tried)
            shown[topic, row.seq] = {fingerprint(row.kind, row.about, text) for text in texts}
    for one in history.applied:
        if isinstance(one, Applied) and one.words not in shown.get((one.topic, one.seq), ()):
            yield f"C4 device {one.device} saw what is not at {one.topic} {one.seq}"


def _each_reader_saw_one_order(history: History) -> Iterator[str]:
    """C5: on each device the numbers of a topic count up by one."""
    last: dict[tuple[int, Topic], int] = {}
    for one in history.applied:
        at = (one.device, one.topic)
        if isinstance(one, Applied) and at in last and one.seq != last[at] + 1:
            yield f"C5 device {one.device} saw {one.seq} after {last[at]} of {one.topic}"
        last[at] = one.seq


def _nothing_is_stepped_over(history: History) -> Iterator[str]:
    """C11, C12: no number is left out, none comes again. A device's own net would hide it."""
    for hole in history.holes:
        yield f"C11 {hole} before the one it follows"
    for repeat in history.repeats:
        yield f"C12 {repeat} again"


def _everybody_is_current(history: History, log: Log) -> Iterator[str]:
    """C6: after the last fault, each member has everything."""
    last: dict[tuple[int, Topic], int] = {}
    for one in history.applied:
        last[one.device, one.topic] = one.seq
    for device, topics in history.members.items():
        if device in history.revoked:
            continue
        for topic in topics:
            has, there = last.get((device, topic), 0), len(log.get(topic, ()))
            if (device, topic) not in history.removed and has != there:
                yield f"C6 device {device} has {has} of {there} of {topic}"


def _time_and_senders_keep_order(history: History) -> Iterator[str]:
    """C8: what was acked before another was sent has the lower number. C10: senders' own order."""
    topics: dict[Topic, list[tuple[Sent, int, float, int]]] = defaultdict(list)
    for cid, acked in history.acked.items():
        sent = history.sent[cid]
        if acked.seq:  # an alert's names none
            topics[sent.topic].append((sent, acked.seq, acked.at, acked.tries))
    for rows in topics.values():
        rows.sort(key=lambda row: row[0].at)
        ends = sorted((at, seq) for _, seq, at, _ in rows)
        highest = [0]
        for _, seq in ends:
            highest.append(max(highest[-1], seq))
        for sent, seq, _, _ in rows:
            before = bisect.bisect_left(ends, (sent.at, 0))
            if seq < highest[before]:
                yield f"C8 {sent.cid} has {seq}, an earlier one {highest[before]}"
        yield from _senders_keep_order(rows)


def _senders_keep_order(rows: list[tuple[Sent, int, float, int]]) -> Iterator[str]:
    """Among messages that went through at the first try: a retry may be overtaken."""
    last: dict[int, tuple[int, int]] = {}
    for sent, seq, _, tries in sorted(rows, key=lambda row: (row[0].device, row[0].number)):
        if tries > 1:
            continue
        number, before = last.get(sent.device, (0, 0))
        if seq < before:
            yield f"C10 device {sent.device}: {sent.number} has {seq}, {number} has {before}"
        last[sent.device] = (sent.number, seq)


def _nobody_sees_what_is_lost_to_them(history: History, blind: Sequence[Span]) -> Iterator[str]:
    """C7: only members of a room, and nobody who signed out, or left that room or was taken out of
    it, more than a moment ago."""
    out = {device: (gone, _latest(gone, blind)) for device, gone in history.revoked.items()}
    left = {at: (gone, _latest(gone, blind)) for at, gone in history.removed.items()}
    for one in history.applied:
        if isinstance(one, Reloaded):
            continue
        if one.topic not in history.members.get(one.device, ()):
            yield f"C7 device {one.device} hears {one.topic}"
        for what, lost in (
            ("it signed out", out.get(one.device)),
            (f"it was out of {one.topic}", left.get((one.device, one.topic))),
        ):
            if lost is not None and one.at > lost[1]:
                yield f"C7 device {one.device} hears {one.at - lost[0]:.1f} s after {what}"


def _latest(gone: float, blind: Sequence[Span]) -> float:
    """When the last word may come to one who signed out at `gone`."""
    end = gone + GRACE_SECONDS
    for begun, ended in sorted(blind):
        if begun <= end:
            end = max(end, ended + GRACE_SECONDS)
    return end
