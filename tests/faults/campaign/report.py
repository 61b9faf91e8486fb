"""What a campaign has to say: counts, availability, recovery, the seed, and the bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.campaign.history import History, Log, Reloaded
from tests.faults.campaign.nemesis import Nemesis


@dataclass(frozen=True, slots=True)
class Report:
    """`broken` are the judge's findings; empty is well."""

    seed: int
    acked: int
    broken: list[str]
    faults: Counter[str]
    said: list[str]

    def lines(self) -> list[str]:
        verdict = [f"BROKEN {one}" for one in self.broken[:20]] or ["every promise was kept"]
        return [*self.said, *verdict]


def report_of(
    seed: int,
    history: History,
    log: Log,
    nemesis: Nemesis,
    seconds: float,
    converged: float,
    broken: list[str],
    ends: Counter[str],
) -> Report:
    acked, sent = len(history.acked), len(history.sent)
    applied = sum(1 for one in history.applied if not isinstance(one, Reloaded))
    said = [
        f"seed {seed}; {seconds:.0f} s; {sum(len(rows) for rows in log.values())} in the log",
        f"sent {sent}, acked {acked}, never known {sent - acked}; shown {applied} times",
        f"tries {sum(history.attempts.values())}; {_availability(history)}",
        f"ack {_spread(history.ack_seconds)} s; all current {converged:.1f} s after the last fault",
        f"nodes died {nemesis.deaths} times; faults {sum(nemesis.counted.values())}: "
        + ", ".join(f"{name} {count}" for name, count in sorted(nemesis.counted.items())),
        "longest silence around each: " + _recovery(history, nemesis),
        f"reloads {sum(type(one) is Reloaded for one in history.applied)}; "
        f"stepped over {len(history.holes)}, given again {len(history.repeats)}",
        f"edited or taken back {len(history.changes)}; signed out {len(history.revoked)}, "
        f"out of a group {len(history.removed)}; lines of fault in the logs {sum(ends.values())}",
        _verdict(acked, broken),
    ]
    said += [f"fault line: {line[:200]}" for line, _ in ends.most_common(3)]
    return Report(seed, acked, broken, nemesis.counted, said)


def _verdict(acked: int, broken: list[str]) -> str:
    """Found by C1 (acked, and not at its place) and C2. Nothing lost bounds what may be: 3/N."""
    lost, doubled = (sum(one.startswith(rule) for one in broken) for rule in ("C1 ", "C2 "))
    counted = f"lost {lost}, doubled {doubled} of {acked}"
    if lost:
        return counted
    return f"{counted}: with 95 % confidence fewer than {3 / max(acked, 1):.1e} are lost"


def _availability(history: History) -> str:
    """Acked of tried; and the seconds without any ack."""
    by_second = Counter(int(acked.at) for acked in history.acked.values())
    tried = set(history.attempts)
    dark = sum(1 for second in tried if not by_second[second])
    share = len(history.acked) / max(1, sum(history.attempts.values()))
    return f"{share:.1%} acked at that try; {dark} of {len(tried)} seconds without an ack"


def _recovery(history: History, nemesis: Nemesis) -> str:
    """Per kind of fault, the longest time without any ack from its begin to 3 s past its end."""
    acks = sorted(acked.at for acked in history.acked.values())
    longest: dict[str, float] = {}
    for name, begun, ended in nemesis.done:
        around = [begun, *(at for at in acks if begun < at < ended + 3), ended + 3]
        silence = max(after - before for before, after in pairwise(around))
        longest[name] = max(longest.get(name, 0.0), silence)
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(longest.items()))


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "none"
    ordered = sorted(values)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)]
    return "p50 {:.3f} p95 {:.3f} p99 {:.3f} max {:.2f}".format(*at, ordered[-1])
