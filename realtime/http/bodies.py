"""JSON in and out: small, strict, in time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TypeVar

import orjson
from aiohttp import web
from pydantic import ValidationError

from realtime.errors import Refused
from realtime.wire.base import Shape
from realtime.wire.route import BODY_BYTES

S = TypeVar("S", bound=Shape)

SLOWEST_SECONDS = 10


async def read_shape(request: web.Request, shape: type[S]) -> S:
    """The body as `shape`, or Refused."""
    if request.content_type != "application/json":
        raise Refused("media_type")
    try:
        given = orjson.loads(await _read(request))
    except orjson.JSONDecodeError:
        raise Refused("invalid", field="") from None
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise Refused("invalid", field=_field_of(error)) from None


async def _read(request: web.Request) -> bytes:
    if (request.content_length or 0) > BODY_BYTES:
        raise Refused("too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > BODY_BYTES:
                    raise Refused("too_large")
    except TimeoutError:
        raise Refused("too_slow") from None
    return bytes(body)


def _field_of(error: ValidationError) -> str:
    """The first wrong field by its path; empty when the body is not an object."""
    return ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])[:80]


def json_answer(body: Mapping[str, object], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
