"""Which event carries what: each kind rendered from the object's present state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from realtime.db import Tx
from realtime.fanout.rendering import Rendering
from realtime.journal import Numbered
from realtime.members.me import me_of
from realtime.members.rights import Rights
from realtime.members.store import get_member
from realtime.rooms.actions import render_message
from realtime.rooms.store import list_read


def rendering_of(rights: Rights) -> Rendering:
    """Every kind of `wire.EVENTS` that has a seq."""

    def message(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return {"message": render_message(tx, event.object)}

    def account(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        member = get_member(tx, event.object)
        return {"me": me_of(member, rights, now), "read": list_read(tx, member.account)}

    return Rendering({"message.posted": message, "account.changed": account})
