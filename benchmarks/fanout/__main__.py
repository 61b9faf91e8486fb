"""`python -m benchmarks.fanout`: every server in turn, several times, then the aims.

--clients 1000 5000   --runs 5   --servers palier bare node …   --out results.json
--disconnect          also the mass disconnect of 10,000 connections
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.fanout.aims import Verdict, judge, judge_disconnect, medians
from benchmarks.fanout.measures import Figures, connects, mass_disconnect, measure
from benchmarks.fanout.processes import Running, available, palier_server, plain_server

FRAME = 527  # bytes of a `message.posted` frame as the gateway renders it
LINEAR_TIMES = 4


def main() -> None:
    asked = _parser().parse_args()
    names = asked.servers or ["palier", *available()]
    print(_machine())
    report: dict[str, object] = {"machine": _machine(), "at": datetime.now(UTC).isoformat()}
    for clients in asked.clients:
        runs: dict[str, list[Figures]] = {name: [] for name in names}
        # Round after round, so that a slow minute of the machine meets every server.
        for _ in range(asked.runs):
            for name in names:
                figures = uvloop.run(_measure(name, clients))
                runs[name].append(figures)
                print("  ", _line(figures), flush=True)
        servers = {name: medians(found) for name, found in runs.items() if found}
        verdicts = judge(servers, names[0])
        _print_table(clients, servers)
        print(*verdicts, sep="\n", flush=True)
        report[str(clients)] = {"medians": servers, "verdicts": [asdict(v) for v in verdicts]}
    if asked.disconnect:
        report["disconnect"] = _disconnects(asked.disconnect)
    if asked.out:
        Path(asked.out).write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


async def _measure(name: str, clients: int) -> Figures:
    gc.collect()
    with _server(name, clients) as running:
        figures = await measure(running, clients)
    if name == "bare":
        figures.connects_per_second = None
    else:
        with _server(name, clients) as running:
            await connects(running, min(clients, 1_000), figures)
    return figures


def _server(name: str, clients: int) -> AbstractContextManager[Running]:
    return palier_server(clients) if name == "palier" else plain_server(name, FRAME)


def _disconnects(clients: int) -> list[dict[str, object]]:
    verdicts = []
    for name in ("engine", "stock"):
        cpu = []
        # Stock's cost is the square: a quarter of the clients says enough about it.
        most = clients if name == "engine" else clients // 4
        for count in (most // LINEAR_TIMES, most):
            with plain_server(f"{name}_rooms", FRAME) as running:
                cpu.append(uvloop.run(mass_disconnect(running, count)))
        verdict = judge_disconnect(cpu[0], cpu[1], LINEAR_TIMES)
        text = f"{verdict.measured} ({name}, {most} clients and as many rooms)"
        verdicts.append(Verdict(verdict.aim, text, verdict.holds))
    print(*verdicts, sep="\n", flush=True)
    return [asdict(verdict) for verdict in verdicts]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fanout")
    parser.add_argument("--clients", type=int, nargs="+", default=[1_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--servers", nargs="+", help="the first is judged; default: all found")
    parser.add_argument("--disconnect", type=int, metavar="CLIENTS")
    parser.add_argument("--out", help="write medians and verdicts here, as JSON")
    return parser


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.release()}, load {load:.1f}"


def _line(figures: Figures) -> str:
    shown = [f"{name}={value:.4g}" for name, value in medians([figures]).items()]
    return f"{figures.server:7} " + " ".join(shown[1:])


def _print_table(clients: int, servers: dict[str, dict[str, float]]) -> None:
    columns = {
        "single_cpu_us": "single µs", "last_ms": "last ms", "burst_cpu_us": "burst µs",
        "burst_per_second": "burst/s", "kb_per_connection": "KB/conn",
        "connects_per_second": "connects/s", "connect_cpu_us": "connect µs",
        "frame_bytes": "bytes", "generator_cpu": "generator",
    }  # fmt: skip
    print(f"\n{clients} clients, medians\n{'server':8}", *(f"{c:>12}" for c in columns.values()))
    for name, found in servers.items():
        cells = (f"{found[key]:12,.2f}" if key in found else f"{'–':>12}" for key in columns)
        print(f"{name:8}", *cells)


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    main()
