"""The judge finds nothing in a good history, and each kind of wrong in a bad one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.campaign.history import Acked, Applied, History, Log, Row, Sent, fingerprint
from tests.faults.campaign.judge import judge

ROOM = "street:gbwc9z1"


def shown(cid: str) -> int:
    return fingerprint(f"{cid} words")


def good() -> tuple[History, Log]:
    """Two members, six messages, everybody saw all of them."""
    history = History(members={0: ROOM, 1: ROOM})
    log: Log = {ROOM: []}
    for seq in range(1, 7):
        cid, at = f"c{seq}", float(seq)
        history.sent[cid] = Sent(cid, seq % 2, ROOM, seq, at)
        history.acked[cid] = Acked(cid, seq, at + 0.5, 1)
        log[ROOM].append(Row(seq, f"{cid} words"))
        history.applied += [Applied(one, ROOM, seq, shown(cid), at + 0.6) for one in (0, 1)]
    return history, log


def lose_one(history: History, log: Log) -> None:
    del log[ROOM][-1]


def leave_a_hole(history: History, log: Log) -> None:
    del log[ROOM][2]


def write_twice(history: History, log: Log) -> None:
    log[ROOM].append(Row(7, "c6 words"))


def change_words(history: History, log: Log) -> None:
    log[ROOM][3] = Row(4, "c4 other words")


def invent(history: History, log: Log) -> None:
    log[ROOM].append(Row(7, "c7 words"))


def show_in_another_order(history: History, log: Log) -> None:
    history.applied[4], history.applied[6] = history.applied[6], history.applied[4]


def forget_a_reader(history: History, log: Log) -> None:
    del history.applied[-1]


def overtake(history: History, log: Log) -> None:
    history.acked["c1"] = Acked("c1", 1, 1.5, 1)
    history.sent["c1"] = Sent("c1", 1, ROOM, 1, 10.0)


def tell_a_stranger(history: History, log: Log) -> None:
    history.applied.append(Applied(2, ROOM, 1, shown("c1"), 9.0))


def tell_one_who_left(history: History, log: Log) -> None:
    history.revoked[1] = 1.0


def step_over_one(history: History, log: Log) -> None:
    history.holes.append("device 1 was given 5")


def give_one_again(history: History, log: Log) -> None:
    history.repeats.append("device 1 was given 5")


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
    (step_over_one, "C11"),
    (give_one_again, "C12"),
)


def test_a_good_history_has_no_fault() -> None:
    assert judge(*good()) == []


@pytest.mark.parametrize(("wrong", "rule"), WRONGS, ids=lambda one: getattr(one, "__name__", one))
def test_each_wrong_is_found(wrong: Callable[[History, Log], None], rule: str) -> None:
    history, log = good()
    wrong(history, log)
    assert rule in {finding.partition(" ")[0] for finding in judge(history, log)}
