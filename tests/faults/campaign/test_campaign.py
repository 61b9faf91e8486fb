"""Under every fault nothing acked is lost, doubled or moved; and planted bugs are noticed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.faults.campaign.mutants import IN_CI, MUTANTS
from tests.faults.campaign.run import Plan, run

pytestmark = [pytest.mark.faults, pytest.mark.timeout(430)]
# What brings each bug to light soonest.
DEADLY = ("kill_a_node", "crash_the_database")
LOSSY = ("part_a_node_from_its_members", "reset_the_members")
QUIET = ("flush_redis",)
REVEALED_BY = {
    "ack_before_commit": DEADLY,
    "publish_before_commit": DEADLY,
    "not_durable": ("crash_the_database",),
    "no_memory_of_keys": LOSSY,
    "resume_one_too_early": LOSSY,
    "no_leave_on_revoke": ("take_a_member_out_in_mid_fault",),
    "no_outbox": DEADLY,
    "numbers_without_a_lock": QUIET,
    "order_by_the_clock": QUIET,
    "no_tail_of_the_journal": ("cut_the_listeners", "kill_redis"),
}


async def test_no_promise_is_broken_under_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Aimed at: two minutes on a quiet machine. Seen: 109 s when it only posted in streets, 138 and
    153 s since, at low priority and a load of 10 to 22, 86 s at usual priority. Given 260 s: with
    fewer acked, it fails.
    """
    report = await run(
        Plan(acked=20_000, seconds=260, seed=8, fault_pause=0.5, failpoints="0.00005")
    )
    with capsys.disabled():
        print("\n" + "\n".join(report.lines()))
    assert report.broken == []
    assert report.acked >= 20_000


@pytest.mark.parametrize("mutant", IN_CI)
async def test_a_planted_bug_is_noticed(mutant: str) -> None:
    report = await run(plan_for(mutant, seconds=10))
    assert report.broken, f"{mutant} went unnoticed: " + "; ".join(report.said)


@pytest.mark.long
@pytest.mark.parametrize("mutant", sorted(set(MUTANTS) - set(IN_CI)))
async def test_every_planted_bug_is_noticed(mutant: str) -> None:
    report = await run(plan_for(mutant, seconds=40))
    assert report.broken, f"{mutant} went unnoticed: " + "; ".join(report.said)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
async def test_no_promise_is_broken_in_a_million(capsys: pytest.CaptureFixture[str]) -> None:
    log = Path(tempfile.mkdtemp(prefix="campaign-")) / "progress"
    with capsys.disabled():
        print(f"\nhow far it is: {log}")
    report = await run(
        Plan(
            acked=1_000_000,
            seconds=3 * 3600,
            seed=1,
            spares=20,
            failpoints="0.00002",
            log=str(log),
        )
    )
    with capsys.disabled():
        print("\n" + "\n".join(report.lines()))
    assert report.broken == []
    assert report.acked >= 1_000_000


def plan_for(mutant: str, seconds: float) -> Plan:
    faults = REVEALED_BY[mutant]
    return Plan(
        acked=10**9,
        seconds=seconds,
        seed=3,
        fault_pause=0.5,
        faults=faults,
        mutant=mutant,
        patience=6,
    )
