"""Bars of one results file: `python -m benchmarks.fanout.plot RESULTS.json OUT.svg`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

PANELS = {
    "single_cpu_us": "CPU µs per delivery,\nsingle messages",
    "burst_cpu_us": "CPU µs per delivery,\nbursts of 100",
    "last_ms": "last client has it, ms",
    "kb_per_connection": "KB per idle connection",
}


def main(source: Path, target: Path) -> None:
    report: dict[str, Any] = json.loads(source.read_text())
    counts = [key for key in report if key.isdigit()]
    figure, rows = plt.subplots(
        len(counts), len(PANELS), figsize=(13, 3.1 * len(counts)), squeeze=False
    )
    for axes, clients in zip(rows, counts, strict=True):
        medians = report[clients]["medians"]
        for axis, (key, title) in zip(axes, PANELS.items(), strict=True):
            found = {name: values[key] for name, values in medians.items() if key in values}
            colours = ["#1f6f5c" if name in ("palier", "engine") else "#b9b3a7" for name in found]
            bars = axis.bar(list(found), list(found.values()), color=colours)
            axis.bar_label(bars, fmt="%.3g", fontsize=8)
            axis.set_yscale("log")
            axis.set_title(f"{title} ({clients} clients)", fontsize=9)
            axis.tick_params(axis="x", rotation=45, labelsize=8)
            axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
