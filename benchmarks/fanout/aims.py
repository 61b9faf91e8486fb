"""The aims of the engine, each judged on medians of one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.fanout.measures import Figures


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aim: what it says, what was measured, whether it holds (None: a peer is missing)."""

    aim: str
    measured: str
    holds: bool | None

    def __str__(self) -> str:
        word = {True: "pass", False: "FAIL", None: "----"}[self.holds]
        return f"{word}  {self.aim}: {self.measured}"


def medians(runs: Sequence[Figures]) -> dict[str, float]:
    """The median of each figure of one server."""
    found: dict[str, float] = {}
    for name in Figures.__dataclass_fields__:
        values = [value for run in runs if isinstance(value := getattr(run, name), int | float)]
        if values:
            found[name] = median(values)
    return found


def judge(servers: Mapping[str, Mapping[str, float]], ours: str) -> list[Verdict]:
    """Every aim that can be judged from these medians."""
    verdicts = [
        _ratio("1a single messages: CPU ≤ 1.7 × bare send()", servers, ours, "bare",
               "single_cpu_us", lambda ratio: ratio <= 1.7),
        _ratio("1b single messages: CPU ≤ 0.65 × Node", servers, ours, "node",
               "single_cpu_us", lambda ratio: ratio <= 0.65),
        _ratio("2a bursts: CPU per delivery ≤ nats-server", servers, ours, "nats",
               "burst_cpu_us", lambda ratio: ratio <= 1),
        _ratio("2b bursts: deliveries/s ≥ 8 × Node", servers, ours, "node",
               "burst_per_second", lambda ratio: ratio >= 8),
        _ratio("2b the same by CPU, should the machine be shared: ≤ 1/8 of Node's", servers, ours,
               "node", "burst_cpu_us", lambda ratio: ratio <= 1 / 8),
        _ratio("3 the last client has it before Node's", servers, ours, "node",
               "last_ms", lambda ratio: ratio <= 1),
    ]  # fmt: skip
    kilobytes = servers.get(ours, {}).get("kb_per_connection")
    if kilobytes is not None:
        text = f"{kilobytes:.1f} KB"
        verdicts.append(Verdict("4 idle connection after sync ≤ 20 KB", text, kilobytes <= 20))
    verdicts.append(
        _ratio("5 connects/s with token check ≥ 1.3 × stock without", servers, ours, "stock",
               "connects_per_second", lambda ratio: ratio >= 1.3)
    )  # fmt: skip
    verdicts.append(
        _ratio("5 the same by CPU: ≤ 1/1.3 of stock's", servers, ours, "stock",
               "connect_cpu_us", lambda ratio: ratio <= 1 / 1.3)
    )  # fmt: skip
    return verdicts


def judge_disconnect(small: float, large: float, times: float) -> Verdict:
    """Linear: `times` as many clients cost at most that, and half as much again for noise."""
    ratio = large / max(small, 1e-9)
    text = f"{small:.2f} s → {large:.2f} s of CPU for {times:g} × the clients"
    return Verdict("6 mass disconnect is linear", text, ratio <= 1.5 * times)


def _ratio(
    aim: str,
    servers: Mapping[str, Mapping[str, float]],
    ours: str,
    peer: str,
    figure: str,
    holds: Callable[[float], bool],
) -> Verdict:
    mine, theirs = servers.get(ours, {}).get(figure), servers.get(peer, {}).get(figure)
    if mine is None or not theirs:
        return Verdict(aim, "not measured", None)
    ratio = mine / theirs
    return Verdict(aim, f"{mine:,.2f} / {theirs:,.2f} = {ratio:.2f}", holds(ratio))
