"""The report counts what the judge found; it does not repeat the promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import cast

from tests.faults.campaign.history import History, Log
from tests.faults.campaign.house import House
from tests.faults.campaign.judge import judge
from tests.faults.campaign.nemesis import Nemesis
from tests.faults.campaign.report import report_of
from tests.faults.campaign.test_judge import good, lose_one, write_twice


async def nobody() -> None: ...


def said_of(*wrongs: Callable[[History, Log], None]) -> str:
    history, log = good()
    for wrong in wrongs:
        wrong(history, log)
    nemesis = Nemesis(cast(House, None), [], nobody, nobody, 1, pause=1, faults=[])
    report = report_of(1, history, log, nemesis, 6, 0, judge(history, log), Counter())
    return "\n".join(report.lines())


def test_a_good_campaign_lost_nothing_with_its_bound() -> None:
    assert "lost 0, doubled 0 of 6: with 95 % confidence fewer than 5.0e-01 are lost" in said_of()


def test_a_lost_message_is_counted() -> None:
    said = said_of(lose_one)
    assert "lost 1, doubled 0 of 6" in said
    assert "confidence" not in said


def test_a_doubled_message_is_counted() -> None:
    assert "doubled 1 of 6" in said_of(write_twice)
