"""The aims of several nodes, each judged on medians of one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.fanout.aims import Verdict

IDLE_CPU = 0.02
SLOW, FAST = 50, 500


def judge_crossings(found: Sequence[Mapping[str, Any]]) -> Iterator[Verdict]:
    """Beside Node's quickest adapter: p99 below it at 50 a second, a quarter of it at 500."""
    p99 = {(one["kind"], one["rate"]): one["p99 ms"] for one in found}
    for rate, share in ((SLOW, 1.0), (FAST, 0.25)):
        aim = f"p99 at {rate}/s ≤ {share:g} × Node's best adapter"
        theirs = [ms for (kind, at), ms in p99.items() if kind.startswith("node") and at == rate]
        ours = p99.get(("palier", rate))
        if ours is None or not theirs:
            yield Verdict(aim, "not measured", None)
            continue
        text = f"{ours:.1f} / {min(theirs):.1f} ms = {ours / min(theirs):.2f}"
        yield Verdict(aim, text, ours <= share * min(theirs))


def judge_idle(found: Mapping[str, float]) -> Verdict:
    """What another region's messages cost a node without followers there."""
    more = found["beside"] - found["quiet"]
    text = f"{found['quiet']:.1%} → {found['beside']:.1%} of a core"
    return Verdict("a node without followers beside 2,000/s: CPU ≈ 0", text, more <= IDLE_CPU)
