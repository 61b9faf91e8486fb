"""From a packet to an ack: parse, limit, act. The only place that catches everything."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from pydantic import ValidationError

from realtime import metrics
from realtime.engine import Request, Socket
from realtime.engine.limits import Limits
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.gateway.sessions import Session, Sessions
from realtime.logs import log_for
from realtime.wire import COMMANDS
from realtime.wire.words import message_of

Handle = Callable[[Socket, Any], Awaitable[dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Route:
    """How one command is handled, and the named rate that holds it back."""

    handle: Handle
    rate: str


class Guests(Protocol):
    """Told of each socket that was admitted, and of its end."""

    def arrive(self, socket: Socket) -> None: ...
    def leave(self, socket: Socket) -> None: ...


class Dispatch:
    """The engine's `Edge`."""

    def __init__(
        self,
        sessions: Sessions,
        routes: dict[str, Route],
        limits: Limits,
        guests: Sequence[Guests] = (),
    ) -> None:
        self._sessions = sessions
        self._guests = guests
        self._routes = routes
        self._limits = limits

    async def connect(self, socket: Socket, auth: object, request: Request) -> None:
        await self._sessions.connect(socket, auth, request)
        for guests in self._guests:
            guests.arrive(socket)
        metrics.SOCKETS.inc()

    def disconnected(self, socket: Socket, reason: str) -> None:
        self._sessions.disconnected(socket, reason)
        for guests in self._guests:
            guests.leave(socket)
        metrics.SOCKETS.dec()

    async def command(self, socket: Socket, name: str, payload: object) -> bytes:
        """The ack: done, refused, or a fault of ours."""
        started = time.perf_counter()
        session: Session = socket.session
        known = name if name in self._routes else "unknown"
        try:
            answer = {"ok": True, **await self._handle(socket, session, name, payload)}
            code = "ok"
        except Refused as refusal:
            code, answer = refusal.code, _refusal(refusal, session.language)
            if code == "not_signed_in":
                socket.close("signed out")
        except StorageFailed as error:
            log_for("gateway").error("not_kept", command=known, error=str(error))
            code, answer = "storage", _refusal(Refused("storage"), session.language)
        except Overloaded:
            code, answer = "busy", _refusal(Refused("busy", retry_after=1), session.language)
        except Exception:
            log_for("gateway").exception("command_failed", command=known)
            code, answer = "fault", _refusal(Refused("fault"), session.language)
        metrics.COMMANDS.labels(known, code).inc()
        metrics.COMMAND_SECONDS.labels(known).observe(time.perf_counter() - started)
        return orjson.dumps(answer)

    async def _handle(
        self, socket: Socket, session: Session, name: str, payload: object
    ) -> dict[str, object]:
        route = self._routes.get(name)
        if route is None:
            raise Refused("invalid", field="command")
        retry_after = await self._limits.hit(route.rate, session.account)
        if retry_after is not None:
            raise Refused("rate", retry_after=max(1, round(retry_after)))
        try:
            asked = COMMANDS[name].payload.model_validate(payload)
        except ValidationError as error:
            raise Refused("invalid", field=_field_of(error)) from None
        return await route.handle(socket, asked)


def _field_of(error: ValidationError) -> str:
    """The first wrong field by its path; empty when the payload is not an object."""
    return ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])[:80]


def _refusal(refusal: Refused, language: str) -> dict[str, object]:
    message = message_of(refusal.code, language, refusal.fields)
    return {"ok": False, "code": refusal.code, "message": message, **refusal.fields}
