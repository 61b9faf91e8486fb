"""`python -m benchmarks.push [--phones 50000] [--others 2000]`

One alert rings every phone through a real `python -m realtime worker`; then the other senders send
to the same sink. Everything runs on this machine, the sink too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.push.others import of_node, of_pywebpush
from benchmarks.push.phones import make_phones, subscription
from benchmarks.push.town import SECRET, raise_cat, settle_town, wait_for_worker
from realtime.db import migrate
from realtime.push.endpoints import b64
from realtime.push.keys import KeyRing, open_keys
from tests.support.processes import Process
from tests.support.push_service import Phone
from tests.support.tls import certificate

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.push", description=__doc__)
    parser.add_argument("--phones", type=int, default=50_000)
    parser.add_argument("--others", type=int, default=2_000, help="messages of each other sender")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="palier-") as name:
        folder = Path(name)
        certificate(folder)
        keys = open_keys(folder, "operator@example.org", datetime.now(UTC))
        phones = make_phones(folder, keys.current.public)
        found = {}
        for workers, name in ((1, "ours"), (2, "ours, two workers")):
            found[name] = ours(folder, keys, phones, asked.phones, workers)
        found |= others(folder, keys, phones, asked.others)
    for name, figures in found.items():
        print(name, json.dumps(figures))
    if asked.out is not None:
        asked.out.write_text(json.dumps(found, indent=1))


@contextmanager
def sink(folder: Path, faults: str) -> Iterator[list[int]]:
    argv = [sys.executable, "-m", "benchmarks.push.sink", str(folder), faults]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


def stats(folder: Path, ports: list[int]) -> dict[str, Any]:
    trust = ssl.create_default_context(cafile=str(folder / "trusted.pem"))
    with urllib.request.urlopen(
        f"https://127.0.0.1:{ports[0]}/stats", context=trust, timeout=20
    ) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def ours(
    folder: Path, keys: KeyRing, phones: list[Phone], count: int, workers: int
) -> dict[str, Any]:
    url = f"sqlite:///{folder / f'{workers}.db'}"
    migrate(url)
    with sink(folder, "faults") as ports, ExitStack() as stack:
        asyncio.run(settle_town(url, keys, phones, ports, count))
        started = [start_worker(folder, url, ports) for _ in range(workers)]
        for worker in started:
            stack.callback(worker.stop)
        asyncio.run(wait_for_worker(url))
        before = sum(cpu_of(worker.pid) for worker in started)
        raised = time.time()
        asyncio.run(raise_cat(url))
        told = wait_for(folder, ports, round(count * 0.99))
        used = sum(cpu_of(worker.pid) for worker in started) - before
    took = told["last"] - raised
    return {
        "phones": count,
        "accepted": told["accepted"],
        "distinct": told["distinct"],
        "gone": told["gone"],
        "throttled": told["throttled"],
        "opened and checked": told["checked"],
        "refused": told["refused"],
        "seconds": round(took, 2),
        "pushes/s": round(told["accepted"] / took),
        "µs of CPU each": round(used / told["accepted"] * 1e6),
        **{f"{n} accepted after s": round(at - raised, 2) for n, at in told["marks"].items()},
    }


def wait_for(folder: Path, ports: list[int], count: int) -> dict[str, Any]:
    """Until all but the gone are accepted, or nothing more has come for 20 s."""
    told, quiet = stats(folder, ports), time.monotonic()
    while told["distinct"] < count and time.monotonic() - quiet < 20:
        time.sleep(0.2)
        before, told = told["accepted"], stats(folder, ports)
        quiet = time.monotonic() if told["accepted"] > before else quiet
    return told


def start_worker(folder: Path, url: str, ports: list[int]) -> Process:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    env |= {
        "PALIER_DATABASE_URL": url,
        "PALIER_DATA_DIR": str(folder),
        "PALIER_SECRET": SECRET,
        "PALIER_PUSH_EXTRA_HOSTS": ",".join(f"127.0.0.1:{port}" for port in ports),
        "SSL_CERT_FILE": str(folder / "trusted.pem"),
    }
    argv = [sys.executable, "-m", "realtime", "worker"]
    return Process(argv, folder / "worker.log", env=env, cwd=ROOT)


def cpu_of(pid: int) -> float:
    """Seconds so far, all threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def others(folder: Path, keys: KeyRing, phones: list[Phone], count: int) -> dict[str, Any]:
    number = keys.current.private.private_numbers().private_value.to_bytes(32, "big")
    vapid = {"publicKey": keys.current.public, "privateKey": b64(number)}
    found = {}
    senders = (
        ("pywebpush webpush()", of_pywebpush, False, count // 4),
        ("pywebpush webpush(), one session", of_pywebpush, True, count),
        ("npm web-push", of_node, False, count // 4),
        ("npm web-push, agent, 64 at once", of_node, True, count),
    )
    for name, send, careful, some in senders:
        with sink(folder, "plain") as ports:
            subscriptions = [subscription(phones, ports, n) for n in range(some)]
            asked = {"subscriptions": subscriptions, "vapid": vapid, "careful": careful}
            told = send(asked, folder / "trusted.pem")
            seen = stats(folder, ports)
        assert seen["accepted"] + told["failed"] == some, seen
        found[name] = {
            "messages": some,
            "failed": told["failed"],
            "pushes/s": round(some / told["seconds"]),
            "µs of CPU each": round(told["cpu"] / some * 1e6),
        }
    return found


if __name__ == "__main__":
    main()
