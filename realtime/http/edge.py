"""Around every handler: guard, act, refuse in the person's language. Catches everything, once.

The Socket.IO path is the engine's own: it passes through untouched.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from realtime import metrics
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.http import headers
from realtime.http.bodies import json_answer
from realtime.http.guard import Guard
from realtime.http.house import House
from realtime.http.peers import IP, Peers, networks_of
from realtime.logs import log_for
from realtime.wire.route import STATUS
from realtime.wire.words import message_of

ENGINE_PATH = "/socket.io/"
# A handler that knows the account's language leaves it on the request.
LANGUAGE = web.RequestKey("language", str)
_OF_AIOHTTP = {404: "not_found", 405: "method", 413: "too_large", 415: "media_type"}


def middleware_of(house: House) -> Middleware:
    """Runs for every request that is not the engine's."""
    guard = Guard(house.settings)
    peers = Peers(networks_of(house.settings.trusted_proxies))

    @web.middleware
    def edge(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
        # Not awaited here: a frame would live with its socket.
        return handler(request) if request.path.startswith(ENGINE_PATH) else act(request, handler)

    async def act(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[IP] = peers.ip_of(request)
        answer = await _answered(guard, request, handler)
        metrics.REQUESTS.labels(_route_of(request), str(answer.status)).inc()
        return answer

    return edge


async def _answered(guard: Guard, request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        guard.check(request)
        return await handler(request)
    except Refused as refusal:
        return refused(request, refusal)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return refused(request, Refused(_OF_AIOHTTP.get(answer.status, "invalid")))
    except StorageFailed as error:
        log_for("http").error("not_kept", route=_route_of(request), error=str(error))
        return refused(request, Refused("storage"))
    except Overloaded:
        return refused(request, Refused("busy", retry_after=1))
    except Exception:
        log_for("http").exception("request_failed", route=_route_of(request))
        return refused(request, Refused("fault"))


def refused(request: web.Request, refusal: Refused) -> web.Response:
    """`{code, message, …}` with the status of the code."""
    message = message_of(refusal.code, language_of(request), refusal.fields)
    answer = json_answer(
        {"code": refusal.code, "message": message, **refusal.fields},
        STATUS.get(refusal.code, 400),
    )
    if "retry_after" in refusal.fields:
        answer.headers["Retry-After"] = str(refusal.fields["retry_after"])
    return answer


def language_of(request: web.Request) -> str:
    """The account's language, else the browser's first that we speak, else French."""
    known = request.get(LANGUAGE)
    return known if known is not None else language_in(request.headers.get("Accept-Language", ""))


def language_in(accepted: str) -> str:
    """RFC 9110 §12.5.4, with French where nothing fits."""
    best, weight = "fr", 0.0
    for part in accepted.lower().split(",")[:20]:
        name, _, quality = part.strip().partition(";q=")
        language = name.split("-", 1)[0]
        try:
            asked = float(quality) if quality else 1.0
        except ValueError:
            continue
        if language in ("fr", "en") and asked > weight:
            best, weight = language, asked
    return best


def on_prepare(house: House) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """The signal that gives each answer its headers, unless the handler set its own."""
    given = headers.always(house.settings.origin)

    async def prepare(request: web.Request, answer: web.StreamResponse) -> None:
        if request.path.startswith(ENGINE_PATH):
            return
        for name, value in given.items():
            answer.headers.setdefault(name, value)
        # aiohttp has already put its own name and version there.
        answer.headers["Server"] = "palier"

    return prepare


def _route_of(request: web.Request) -> str:
    """The pattern, not the path: paths hold ids."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"
