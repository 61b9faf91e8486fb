"""Every command and event that crosses the socket, one file per family.

`python -m realtime.wire` writes from these the client's types, docs/wire.md and the AsyncAPI file.
"""

from realtime.wire import (
    alerts,
    announcements,
    direct,
    directory,
    groups,
    members,
    messages,
    pets,
    phones,
    prefs,
    presence,
    reports,
    search,
    sync,
)
from realtime.wire.base import CommandSpec, EventSpec, Shape

FAMILIES = (
    sync,
    messages,
    groups,
    direct,
    directory,
    alerts,
    pets,
    announcements,
    presence,
    prefs,
    phones,
    search,
    reports,
)
COMMANDS: dict[str, CommandSpec] = {spec.name: spec for f in FAMILIES for spec in f.COMMANDS}
EVENTS: dict[str, EventSpec] = {spec.name: spec for f in (*FAMILIES, members) for spec in f.EVENTS}

__all__ = ["COMMANDS", "EVENTS", "CommandSpec", "EventSpec", "Shape"]
