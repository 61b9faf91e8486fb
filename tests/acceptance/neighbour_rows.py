"""Rows of *events explain state* for groups, direct threads, blocks and arrivals.

Each is (command, act, what happens before, name). A scene has `ada`, `bo` and what was `done`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.clients import Client, new_key

Step = Callable[[Any], Awaitable[Any]]
RowOf = tuple[str, Step, tuple[Step, ...], str]


def founded(access: str = "open") -> Step:
    """Ada's group."""

    async def found(scene: Any) -> None:
        ack = await scene.ada.ask(
            "group.create", key=new_key(), name="Guitare", access=access, category="musique"
        )
        scene.done["group"] = ack["group"]["topic"]
        await scene.ada.sync()

    return found


def by_bo(command: str, **more: Any) -> Step:
    """Bo does something to the group."""
    return lambda s: s.bo.ask(command, topic=s.done["group"], **more)


def ada_to_bo(command: str, **more: Any) -> Step:
    """Ada does something to Bo in the group."""
    return lambda s: s.ada.ask(command, topic=s.done["group"], account=s.bo.me["account"], **more)


async def joined(scene: Any) -> None:
    await by_bo("group.join")(scene)
    await scene.bo.sync()


def writes(who: str, room: str, text: str = "Bonjour") -> Step:
    def write(scene: Any) -> Awaitable[Any]:
        client: Client = getattr(scene, who)
        return client.post(scene.done[room], text)

    return write


async def opened_thread(scene: Any) -> None:
    """Ada has opened a thread with Bo, and not yet written."""
    ack = await scene.ada.ask("direct.open", key=new_key(), account=scene.bo.me["account"])
    scene.done["direct"] = ack["topic"]
    await scene.ada.sync()


async def asked(scene: Any) -> None:
    await opened_thread(scene)
    await scene.ada.post(scene.done["direct"], "Bonjour Bo")
    await scene.bo.sync()


async def accepted(scene: Any) -> None:
    await asked(scene)
    await scene.bo.ask("direct.accept", topic=scene.done["direct"])


async def liked(scene: Any) -> None:
    ack = await scene.ada.ask("history", topic=scene.done["direct"])
    await scene.bo.ask("message.react", id=ack["messages"][0]["id"], reaction="heart")


async def erased(scene: Any) -> None:
    ack = await scene.ada.ask("history", topic=scene.done["direct"])
    await scene.ada.ask("message.delete", id=ack["messages"][0]["id"])


def thread(who: str, command: str) -> Step:
    return lambda s: getattr(s, who).ask(command, topic=s.done["direct"])


def apart(command: str) -> Step:
    return lambda s: s.bo.ask(command, account=s.ada.me["account"])


NEIGHBOUR_ROWS: tuple[RowOf, ...] = (
    ("group.create", founded(), (), ""),
    ("group.join", by_bo("group.join"), (founded(),), "an open one"),
    ("group.join", by_bo("group.join"), (founded("request"),), "asks"),
    ("group.leave", by_bo("group.leave"), (founded("request"), by_bo("group.join")), "the door"),
    ("group.leave", by_bo("group.leave"), (founded(), joined, writes("ada", "group")), "quietly"),
    (
        "group.leave",
        lambda s: s.ada.ask("group.leave", topic=s.done["group"]),
        (founded(), joined),
        "as its owner",
    ),
    ("group.invite", ada_to_bo("group.invite"), (founded("hidden"),), ""),
    (
        "group.invite",
        ada_to_bo("group.invite"),
        (founded("request"), by_bo("group.join")),
        "who had asked",
    ),
    (
        "group.answer",
        ada_to_bo("group.answer", accept=True),
        (founded("request"), writes("ada", "group"), by_bo("group.join")),
        "lets in",
    ),
    (
        "group.answer",
        ada_to_bo("group.answer", accept=False),
        (founded("request"), by_bo("group.join")),
        "does not",
    ),
    ("group.appoint", ada_to_bo("group.appoint", standing="owner"), (founded(), joined), ""),
    ("group.remove", ada_to_bo("group.remove"), (founded(), joined), ""),
    (
        "group.change",
        lambda s: s.ada.ask("group.change", topic=s.done["group"], about="Le jeudi", slow_s=60),
        (founded(), joined),
        "",
    ),
    ("message.post", writes("bo", "group"), (founded(), joined), "in a group"),
    ("direct.open", opened_thread, (), "tells nobody"),
    ("direct.open", opened_thread, (opened_thread,), "again"),
    ("message.post", writes("ada", "direct"), (opened_thread,), "asks for a thread"),
    ("message.post", writes("bo", "direct"), (asked,), "accepts by answering"),
    ("message.post", writes("bo", "direct"), (accepted,), "to a contact"),
    ("message.react", liked, (accepted,), "in a thread"),
    ("message.delete", erased, (accepted,), "in a thread"),
    ("direct.accept", thread("bo", "direct.accept"), (asked,), ""),
    ("direct.decline", thread("bo", "direct.decline"), (asked,), ""),
    ("block", apart("block"), (accepted,), "a contact"),
    ("block", apart("block"), (), "somebody never met"),
    ("unblock", apart("unblock"), (accepted, apart("block")), ""),
)
