"""Every HTTP route: what it takes, what it answers, how it refuses.

`realtime/http` serves exactly these; docs/openapi.yaml is generated from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from realtime.wire.base import Moment, Shape
from realtime.wire.members import Me

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

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
    "code_dead": 410,
    "link_dead": 410,
    "too_large": 413,
    "media_type": 415,
    "wrong_code": 422,
    "too_far": 422,
    "too_vague": 422,
    "rate": 429,
    "busy": 429,
    "door_quota": 429,
    "move_quota": 429,
    "postcard_quota": 429,
    "vouch_quota": 429,
    "fault": 500,
    "storage": 503,
}

BODY_BYTES = 32 * 1024

Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
NewPassword = Annotated[
    str, StringConstraints(min_length=12, max_length=128), Field(description="12–128 characters")
]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class SignIn(Shape):
    email: Email
    password: GivenPassword


class SignedIn(Shape):
    """`token` is for `Authorization: Bearer`; browsers get the same sign-in as a cookie."""

    account: str
    token: str


class DeviceSession(Shape):
    """One sign-in in the list of devices. `current` is the one that asks."""

    id: str
    label: str
    created_at: Moment
    seen_at: Moment
    current: bool


class AboutMe(Me):
    """`me` again as one object, and what only its owner sees."""

    me: Me
    email: str
    email_confirmed: bool
    sessions: list[DeviceSession]


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


ROUTES: tuple[RouteSpec, ...] = (
    RouteSpec(
        "POST",
        "/api/session",
        "Sign in. Takes the time of three password hashes, whoever asks.",
        SignIn,
        SignedIn,
        refusals=("invalid", "wrong_credentials", "rate", "busy"),
        is_open=True,
    ),
    RouteSpec(
        "DELETE",
        "/api/session",
        "Sign out. Closes this sign-in's sockets everywhere within 2 s.",
        status=204,
        is_open=True,
    ),
    RouteSpec("GET", "/api/me", "Who I am and where I am signed in.", response=AboutMe),
)
