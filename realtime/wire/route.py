"""What a route of the HTTP contract is, and the status of each refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realtime.wire.base import Shape

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
BODY_BYTES = 32 * 1024

# The HTTP status of each refusal code. What is not here is 400.
STATUS: dict[str, int] = {
    "invalid": 400,
    "query_too_short": 400,
    "not_signed_in": 401,
    "wrong_credentials": 401,
    "not_allowed": 403,
    "visitor": 403,
    "expired": 403,
    "street": 403,
    "origin": 403,
    "may_not_vouch": 403,
    "not_found": 404,
    "method": 405,
    "too_slow": 408,
    "already_verified": 409,
    "already_asked": 409,
    "already_vouched": 409,
    "alert_closed": 409,
    "code_dead": 410,
    "link_dead": 410,
    "too_large": 413,
    "media_type": 415,
    "confusable_name": 422,
    "wrong_code": 422,
    "not_an_image": 422,
    "too_many_pixels": 422,
    "too_far": 422,
    "too_vague": 422,
    "endpoint_not_allowed": 422,
    "bad_key": 422,
    "rate": 429,
    "busy": 429,
    "door_quota": 429,
    "move_quota": 429,
    "postcard_quota": 429,
    "vouch_quota": 429,
    "vouch_request_quota": 429,
    "fault": 500,
    "storage": 503,
}


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """One route. `request` and `response` are None where there is no body."""

    method: Method
    path: str
    about: str
    request: type[Shape] | None = None
    response: type[Shape] | None = None
    status: int = 200
    refusals: tuple[str, ...] = ()
    is_open: bool = False
    query: tuple[str, ...] = ()
