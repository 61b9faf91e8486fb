"""What is counted and timed. One registry for the process, rendered at /metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
_FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

COMMANDS = Counter(
    "palier_commands", "Commands by name and outcome code", ["name", "code"], registry=REGISTRY
)
COMMAND_SECONDS = Histogram(
    "palier_command_seconds", "From parse to ack", ["name"], buckets=_FAST, registry=REGISTRY
)
REQUESTS = Counter(
    "palier_http_requests",
    "HTTP answers by route and status",
    ["route", "status"],
    registry=REGISTRY,
)
SOCKETS = Gauge("palier_sockets", "Connected sockets", registry=REGISTRY)
SYNC_RELOADS = Counter("palier_sync_reloads", "Topics answered with reload", registry=REGISTRY)
EVENTS = Counter("palier_events", "Events handed to local delivery", ["kind"], registry=REGISTRY)
GAPS = Counter(
    "palier_gap_fills",
    "Events fetched from the journal, by what noticed",
    ["by"],
    registry=REGISTRY,
)
BUS_LAG_SECONDS = Gauge(
    "palier_bus_lag_seconds", "From publishing the canary to hearing it", registry=REGISTRY
)
BUS_LOST = Counter("palier_bus_lost", "Rings that Redis did not take", registry=REGISTRY)
BUS_REFUSED = Counter("palier_bus_refused", "Bus messages that were no ring", registry=REGISTRY)
WRITE_SECONDS = Histogram(
    "palier_write_function_seconds",
    "One write function on the database thread",
    buckets=_FAST,
    registry=REGISTRY,
)
COMMIT_SECONDS = Histogram(
    "palier_commit_seconds",
    "One COMMIT, fsync included, and the writes that waited for it",
    buckets=_FAST,
    registry=REGISTRY,
)
COMMIT_SIZE = Histogram(
    "palier_commit_functions",
    "Write functions per COMMIT",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200),
    registry=REGISTRY,
)
WRITTEN_TOGETHER = Histogram(
    "palier_written_together",
    "New words per transaction, of those who waited for their lane",
    buckets=(1, 2, 5, 10, 20, 50, 100),
    registry=REGISTRY,
)
LOOP_LAG_SECONDS = Gauge(
    "palier_loop_lag_seconds", "How late the event loop last woke", registry=REGISTRY
)


class WorkersTotals(Collector):
    """What all workers counted in the database; read there before each rendering."""

    def __init__(self) -> None:
        self.totals: Sequence[tuple[str, str, int]] = ()
        self.canary: float | None = None

    def collect(self) -> Iterator[Metric]:
        jobs = CounterMetricFamily(
            "palier_jobs", "Outbox jobs by name and outcome", labels=["name", "outcome"]
        )
        told = CounterMetricFamily(
            "palier_push", "Push messages by outcome and service", labels=["outcome", "service"]
        )
        decided = CounterMetricFamily(
            "palier_push_decided", "Decisions by action and reason", labels=["action", "reason"]
        )
        seconds = CounterMetricFamily(
            "palier_push_seconds",
            "Push messages by the seconds from raising to each step, each in its least bucket",
            labels=["step", "within"],
        )
        families = {"job": jobs, "outcome": told, "decided": decided}
        for name, label, count in self.totals:
            if name in families:
                families[name].add_metric(label.split(" ", 1), count)
            else:
                seconds.add_metric([name.removesuffix("_seconds"), label], count)
        canary = GaugeMetricFamily(
            "palier_push_canary_seconds", "From ringing the operator's phone to its acceptance"
        )
        if self.canary is not None:
            canary.add_metric([], self.canary)
        yield from (jobs, told, decided, seconds, canary)


WORKERS = WorkersTotals()
REGISTRY.register(WORKERS)


def render() -> bytes:
    """The Prometheus text format."""
    return generate_latest(REGISTRY)
