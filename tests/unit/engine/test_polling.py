"""The last body of a long-polling session."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import cast

import pytest

from realtime.engine import Socket, reasons
from realtime.engine.frames import SEPARATOR, Frame, packet_frame
from realtime.engine.outgoing import Outgoing
from realtime.engine.polling import PollingLink
from realtime.engine.transport import Transport

FAREWELL = packet_frame(b"41")


class Behind(Outgoing):
    """A socket that twenty packets wait for."""

    upgrading = False

    def fill(self) -> None:
        self.backlog = deque(packet_frame(b"42[%d]" % number) for number in range(20))


@pytest.mark.parametrize(("farewell", "last"), [(FAREWELL, b"41"), (None, b"1")])
async def test_the_last_body_too_has_sixteen_packets_at_most(
    farewell: Frame | None, last: bytes
) -> None:
    """The oldest and the end: what is left out lies behind them, and leaves no gap."""
    socket = Behind(cast(Transport, None))
    link = PollingLink(cast(Socket, socket))
    asking = asyncio.create_task(link.poll())
    await asyncio.sleep(0)
    socket.fill()
    link.end(reasons.GONE, farewell)
    body = await asking
    assert body is not None
    packets = body.split(SEPARATOR)
    assert packets == [*(b"42[%d]" % number for number in range(15)), last]
