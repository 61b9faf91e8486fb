"""The library's rooms on our sockets: `emit`, `enter_room`, `rooms` as it documents them.

Each socket knows its own rooms, so leaving costs as many steps as it is in rooms. Stock walks every
room of the house for every socket that leaves: ten thousand of each is 10^8 look-ups.
The gateway does not use rooms (it has its own index); what is here is for plug-ins and consoles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from socketio import AsyncManager

from realtime.engine.frames import event_frame
from realtime.engine.socket import Socket


class Roster(AsyncManager):  # type: ignore[misc]  # the library has no types
    """Joined sockets by their id, and who is in which room. One namespace."""

    def __init__(self) -> None:
        super().__init__()
        self._sockets: dict[str, Socket] = {}
        self._members: dict[str, set[Socket]] = {}
        self._rooms: dict[Socket, set[str]] = {}

    def add(self, socket: Socket) -> None:
        """The socket has joined."""
        self._sockets[socket.id] = socket

    def remove(self, socket: Socket) -> None:
        """The socket has left: out of its rooms, and of no others."""
        self._sockets.pop(socket.id, None)
        for room in self._rooms.pop(socket, ()):
            self._drop(room, socket)

    def find(self, sid: str) -> Socket | None:
        return self._sockets.get(sid)

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | Iterable[str] | None = None,
        skip_sid: str | Iterable[str] | None = None,
        callback: Any = None,
        **kwargs: Any,
    ) -> None:
        """One frame for all recipients. Clients are never asked for acks."""
        if callback is not None:
            raise ValueError("events of this server are not acked")
        frame = event_frame(event, orjson.dumps(data))
        skipped = {skip_sid} if isinstance(skip_sid, str) else set(skip_sid or ())
        for sid, _ in self.get_participants(namespace, room):
            if sid not in skipped:
                self._sockets[sid].send(frame)

    def get_participants(
        self, namespace: str, room: str | Iterable[str] | None
    ) -> Iterator[tuple[str, str]]:
        """(id, transport sid) of each socket in the room, in several, or of all: each once."""
        sockets: set[Socket] = set()
        if room is None:
            sockets.update(self._sockets.values())
        for name in [room] if isinstance(room, str) else room or ():
            sockets |= self._members.get(name, set())
            if name in self._sockets:
                sockets.add(self._sockets[name])
        yield from [(socket.id, socket.sid) for socket in sockets]

    def is_connected(self, sid: str, namespace: str) -> bool:
        return sid in self._sockets

    async def enter_room(
        self, sid: str, namespace: str, room: str, eio_sid: str | None = None
    ) -> None:
        socket = self._sockets.get(sid)
        if socket is None:
            raise ValueError("sid is not connected to requested namespace")
        self._members.setdefault(room, set()).add(socket)
        self._rooms.setdefault(socket, set()).add(room)

    async def leave_room(self, sid: str, namespace: str, room: str) -> None:
        socket = self._sockets.get(sid)
        if socket is not None and room in self._rooms.get(socket, ()):
            self._rooms[socket].discard(room)
            self._drop(room, socket)

    async def close_room(self, room: str, namespace: str) -> None:
        for socket in self._members.pop(room, ()):
            self._rooms[socket].discard(room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        socket = self._sockets.get(sid)
        return [] if socket is None else [sid, *self._rooms.get(socket, ())]

    def _drop(self, room: str, socket: Socket) -> None:
        members = self._members[room]
        members.discard(socket)
        if not members:
            del self._members[room]
