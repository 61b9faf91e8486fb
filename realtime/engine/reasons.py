"""Why a socket was closed: the words in logs, in `Edge.disconnected` and in close frames.

A client whose socket the server closed for good hears a Socket.IO DISCONNECT first, after which
clients do not come back by themselves. After every other reason they may reconnect at once.
"""

from __future__ import annotations

from typing import Final

CLIENT: Final = "client disconnect"
GONE: Final = "transport close"
SILENT: Final = "ping timeout"
SLOW: Final = "too slow: reconnect and catch up"
ANEW: Final = "what you may hear is unclear: reconnect"
STOPPING: Final = "server stopping: reconnect"
NEVER_CONNECTED: Final = "no connect packet"
REFUSED: Final = "connect refused"

BINARY: Final = "binary packet"
BROKEN: Final = "broken packet"
TOO_LARGE: Final = "packet too large"
FLOOD: Final = "too many packets"
TWO_POLLS: Final = "two polls at once"

MAY_RECONNECT: Final = frozenset(
    {CLIENT, GONE, SILENT, SLOW, ANEW, STOPPING, NEVER_CONNECTED, REFUSED, TWO_POLLS}
)
VIOLATIONS: Final = frozenset({BINARY, BROKEN, TOO_LARGE, FLOOD, TWO_POLLS})


def close_code(reason: str) -> int:
    """The WebSocket close code (RFC 6455 §7.4.1; 1012 and 1013 from its IANA registry)."""
    if reason == TOO_LARGE:
        return 1009
    if reason == BINARY:
        return 1003
    if reason in VIOLATIONS:
        return 1008
    return {STOPPING: 1012, SLOW: 1013}.get(reason, 1000)
