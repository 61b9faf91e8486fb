"""`python -m benchmarks.nodes`: each kind in turn, several times; then what only we have.

--rates 50 500   --clients 200   --seconds 20   --runs 3   --kinds palier stock "node pubsub" …
--only crossing idle kill presence   --returning 10000   --out results.json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from benchmarks.fanout.aims import Verdict
from benchmarks.nodes.aims import judge_crossings, judge_idle
from benchmarks.nodes.clusters import Cluster, available, palier, peers
from benchmarks.nodes.measures import (
    Crossing,
    cross,
    idle_beside,
    join_at_once,
    return_after_kill,
)

# A member may hold ten sockets; five of each live here.
SOCKETS_EACH = 5
PARTS = ("crossing", "idle", "kill", "presence")


def main() -> None:
    asked = _parser().parse_args()
    print(_machine())
    report: dict[str, object] = {"machine": _machine(), "at": datetime.now(UTC).isoformat()}
    verdicts: list[Verdict] = []
    if "crossing" in asked.only:
        report["crossing"] = crossings = _crossings(asked)
        verdicts += judge_crossings(crossings)
    if "idle" in asked.only:
        with palier(1, 20) as cluster:
            found = asyncio.run(idle_beside(cluster, 2_000, asked.seconds))
        report["idle"] = _say("a node without followers beside 2,000 messages a second", found)
        verdicts.append(judge_idle(found))
    if "kill" in asked.only:
        with palier(3, max(1, asked.returning // SOCKETS_EACH)) as cluster:
            took, retries = asyncio.run(return_after_kill(cluster, asked.returning))
        found = {f"p{n} s": _percentile(took, n / 100) for n in (50, 99, 100)}
        found["tries that failed"] = retries
        report["kill"] = _say(f"{asked.returning} clients of a killed node", found)
    if "presence" in asked.only:
        with palier(2, 1_000) as cluster:
            found = asyncio.run(join_at_once(cluster, 1_000))
        report["presence"] = _say("1,000 members join at once", found)
    print("", *verdicts, sep="\n")
    report["verdicts"] = [asdict(verdict) for verdict in verdicts]
    if asked.out:
        Path(asked.out).write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def _crossings(asked: argparse.Namespace) -> list[dict[str, object]]:
    runs: dict[tuple[str, int], list[Crossing]] = {}
    # Round after round, so that a slow minute of the machine meets every kind.
    for _ in range(asked.runs):
        for name in asked.kinds or available():
            for rate in asked.rates:
                with _cluster(name, asked.clients) as cluster:
                    found = asyncio.run(cross(cluster, rate, asked.clients, asked.seconds))
                runs.setdefault((name, rate), []).append(found)
                print("  ", _line(found), flush=True)
    print(f"\n{'kind':14}{'rate':>6}{'heard':>8}{'p50 ms':>9}{'p99 ms':>9}  CPU by process")
    return [_median(found) for found in runs.values()]


def _cluster(name: str, clients: int) -> AbstractContextManager[Cluster]:
    return palier(2, clients) if name == "palier" else peers(name, 2)


def _median(runs: list[Crossing]) -> dict[str, object]:
    first = runs[0]
    found: dict[str, Any] = {
        "kind": first.name,
        "rate": first.rate,
        "heard": median(run.heard / max(1, run.sent) for run in runs),
        "p50 ms": median(_percentile(run.delays, 0.5) * 1e3 for run in runs),
        "p99 ms": median(_percentile(run.delays, 0.99) * 1e3 for run in runs),
        "cpu": {name: median(run.cpu[name] for run in runs) for name in first.cpu},
    }
    cpu = ", ".join(f"{name} {share:.0%}" for name, share in found["cpu"].items())
    print(
        f"{first.name:14}{first.rate:6}{found['heard']:8.1%}"
        f"{found['p50 ms']:9.1f}{found['p99 ms']:9.1f}  {cpu}"
    )
    return found


def _line(run: Crossing) -> str:
    cpu = ", ".join(f"{name} {share:.0%}" for name, share in run.cpu.items())
    return (
        f"{run.name} {run.rate}/s: {run.heard} of {run.sent} heard,"
        f" p50 {_percentile(run.delays, 0.5) * 1e3:.1f}"
        f" p99 {_percentile(run.delays, 0.99) * 1e3:.1f} ms; {cpu}"
    )


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values) or [float("nan")]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _say(what: str, found: dict[str, float]) -> dict[str, float]:
    print(f"\n{what}: " + ", ".join(f"{name} {value:.3g}" for name, value in found.items()))
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nodes")
    parser.add_argument("--rates", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kinds", nargs="+")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--returning", type=int, default=10_000)
    parser.add_argument("--out", help="write the figures here, as JSON")
    return parser


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.release()}, load {load:.1f}"


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    main()
