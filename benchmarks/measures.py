"""Percentiles, the machine, and how often its disk can be asked to keep something."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

BLOCK = b"\0" * 4096


def percentile(values: Sequence[float], share: float) -> float:
    """0.5 is the median. 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def in_milliseconds(seconds: Sequence[float]) -> str:
    """`p50 0.61  p99 2.40` in ms."""
    return f"p50 {percentile(seconds, 0.5) * 1e3:7.2f}  p99 {percentile(seconds, 0.99) * 1e3:7.2f}"


def fsyncs_per_second(directory: Path, seconds: float = 1.0) -> float:
    """Appends of 4 KiB, each kept with fdatasync before the next: what no commit rate can beat."""
    path = directory / "fsync-rate"
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        count, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            os.write(file, BLOCK)
            os.fdatasync(file)
            count += 1
        return count / (time.perf_counter() - begun)
    finally:
        os.close(file)
        path.unlink()


def machine() -> str:
    """One line about where the figures come from."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
