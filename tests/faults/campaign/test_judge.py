"""The judge finds nothing in a good history, and each kind of wrong in a bad one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.campaign.history import (
    Acked,
    Applied,
    Changes,
    History,
    Log,
    Row,
    Sent,
    fingerprint,
)
from tests.faults.campaign.judge import judge

ROOM = "street:gbwc9z1"


def shown(cid: str, text: str | None = None, kind: str = "message.posted") -> int:
    return fingerprint(kind, cid, f"{cid} words" if text is None else text)


def row(seq: int, cid: str, text: str | None = None, kind: str = "message.posted") -> Row:
    """A message is called as its key is, here."""
    return Row(seq, f"{cid} words" if text is None else text, kind, cid)


def good() -> tuple[History, Log]:
    """Two members, six messages, everybody saw all of them."""
    history = History(members={0: {ROOM}, 1: {ROOM}})
    log: Log = {ROOM: []}
    for seq in range(1, 7):
        cid, at = f"c{seq}", float(seq)
        history.sent[cid] = Sent(cid, seq % 2, ROOM, seq, at)
        history.acked[cid] = Acked(cid, seq, at + 0.5, 1)
        log[ROOM].append(row(seq, cid))
        history.applied += [Applied(one, ROOM, seq, shown(cid), at + 0.6) for one in (0, 1)]
    return history, log


def lose_one(history: History, log: Log) -> None:
    del log[ROOM][-1]


def leave_a_hole(history: History, log: Log) -> None:
    del log[ROOM][2]


def write_twice(history: History, log: Log) -> None:
    log[ROOM].append(row(7, "c6"))


def change_words(history: History, log: Log) -> None:
    log[ROOM][3] = row(4, "c4", "c4 other words")


def invent(history: History, log: Log) -> None:
    log[ROOM].append(row(7, "c7"))


def show_in_another_order(history: History, log: Log) -> None:
    history.applied[4], history.applied[6] = history.applied[6], history.applied[4]


def forget_a_reader(history: History, log: Log) -> None:
    del history.applied[-1]


def overtake(history: History, log: Log) -> None:
    history.acked["c1"] = Acked("c1", 1, 1.5, 1)
    history.sent["c1"] = Sent("c1", 1, ROOM, 1, 10.0)


def tell_a_stranger(history: History, log: Log) -> None:
    history.applied.append(Applied(2, ROOM, 1, shown("c1"), 9.0))


def tell_one_who_was_removed(history: History, log: Log) -> None:
    history.removed[1, ROOM] = 1.0


def forget_an_edit(history: History, log: Log) -> None:
    history.changes["c6"] = Changes("c6", ["c6 words", "c6 other"], kept=1)


def bring_back_what_was_taken_back(history: History, log: Log) -> None:
    history.changes["c6"] = Changes("c6", ["c6 words", "c6 other", ""], kept=2)


def show_old_words_last(history: History, log: Log) -> None:
    """The last event about a message must leave a device with what it says in the end."""
    edit_one(history, log)
    history.applied[-1] = Applied(1, ROOM, 7, shown("c6", "c6 words", "message.edited"), 9.0)


def promise_nothing(history: History, log: Log) -> None:
    log[ROOM][2] = replace(log[ROOM][2], is_promised=False)


def tell_one_who_left(history: History, log: Log) -> None:
    history.revoked[1] = 1.0


def step_over_one(history: History, log: Log) -> None:
    history.holes.append("device 1 was given 5")


def give_one_again(history: History, log: Log) -> None:
    history.repeats.append("device 1 was given 5")


def edit_one(history: History, log: Log) -> None:
    """Nothing wrong: one message is edited, its number counts, both saw the new words."""
    history.changes["c6"] = Changes("c6", ["c6 words", "c6 other"], kept=1)
    log[ROOM][-1] = row(6, "c6", "c6 other")
    log[ROOM].append(row(7, "c6", "c6 other", "message.edited"))
    words = shown("c6", "c6 other", "message.edited")
    history.applied += [Applied(one, ROOM, 7, words, 8.0) for one in (0, 1)]


WRONGS: tuple[tuple[Callable[[History, Log], None], str], ...] = (
    (lose_one, "C1"),
    (leave_a_hole, "C3"),
    (write_twice, "C2"),
    (change_words, "C4"),
    (invent, "C9"),
    (show_in_another_order, "C5"),
    (forget_a_reader, "C6"),
    (overtake, "C8"),
    (tell_a_stranger, "C7"),
    (tell_one_who_left, "C7"),
    (tell_one_who_was_removed, "C7"),
    (forget_an_edit, "C13"),
    (bring_back_what_was_taken_back, "C13"),
    (show_old_words_last, "C4"),
    (promise_nothing, "C14"),
    (step_over_one, "C11"),
    (give_one_again, "C12"),
)


def test_a_good_history_has_no_fault() -> None:
    assert judge(*good()) == []


def test_a_message_edited_under_way_is_no_fault() -> None:
    history, log = good()
    edit_one(history, log)
    assert judge(history, log) == []


@pytest.mark.parametrize(("wrong", "rule"), WRONGS, ids=lambda one: getattr(one, "__name__", one))
def test_each_wrong_is_found(wrong: Callable[[History, Log], None], rule: str) -> None:
    history, log = good()
    wrong(history, log)
    assert rule in {finding.partition(" ")[0] for finding in judge(history, log)}
