"""The truth: what happened on each topic, numbered without a gap in the change's transaction."""

from realtime.journal.model import Changed, Event, Head, Missed, Numbered, region_of
from realtime.journal.store import (
    append,
    create_topic,
    heads,
    heads_of_regions,
    read_after,
    regions_of,
    seq_before,
    trim,
)

__all__ = [
    "Changed",
    "Event",
    "Head",
    "Missed",
    "Numbered",
    "append",
    "create_topic",
    "heads",
    "heads_of_regions",
    "read_after",
    "region_of",
    "regions_of",
    "seq_before",
    "trim",
]
