"""When a visit ends the node looks again; it remembers the end of those who are here alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from realtime.db import Database
from realtime.engine import Socket
from realtime.members.store import save_member
from tests.integration.gateway.test_replay import Node


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_visitor_who_is_looked_at_often_is_remembered_once(database: Database) -> None:
    node = await Node(database).open()
    visitor = replace(node.bo, level="none")
    await database.write(save_member, visitor)
    bo = await node.device(visitor)
    for _ in range(5):
        await node.sessions._refresh(bo.session.account)
    assert len(node.sessions._ends) == 1

    node.sessions._note_ended(node.clock.now() + timedelta(days=40))
    assert node.sessions._stale == {bo.session.account}

    await node.sessions._refresh(bo.session.account)
    node.sessions.disconnected(cast(Socket, bo), "transport close")
    assert len(node.sessions._ends) == 0
