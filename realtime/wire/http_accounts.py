"""Sign-up, sign-in, my account: what these routes take and answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from realtime.wire.base import Moment, Shape
from realtime.wire.members import Me, Status
from realtime.wire.route import RouteSpec

Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
NewPassword = Annotated[
    str, StringConstraints(min_length=12, max_length=128), Field(description="12–128 characters")
]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


AddressId = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Door = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=60),
    Field(description="flat, or name on the letter box"),
]
Token = Annotated[str, StringConstraints(min_length=1, max_length=100)]


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


class FoundAddress(Shape):
    """A door to choose. No position: `cell` is the 101 × 153 m square it lies in."""

    id: str
    label: str
    street: str
    city: str
    postcode: str
    cell: str


class FoundAddresses(Shape):
    addresses: list[FoundAddress]


class FreeAddress(Shape):
    """An address nobody offered; it must be found in the gazetteer or by the geocoder."""

    number: Annotated[
        str,
        BeforeValidator(lambda given: str(given) if type(given) is int else given),
        StringConstraints(strip_whitespace=True, min_length=1, max_length=12),
    ]
    street: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10)] = ""
    city: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class NewHome(Shape):
    """One of `address_id` (from /api/addresses) and `address`; `door` where several share it."""

    address_id: AddressId | None = None
    address: FreeAddress | None = None
    door: Door = ""


class NewAccount(Shape):
    """`age_ok`: 15 or older. The e-mail is a claim until its mailed link is opened."""

    email: Email
    password: NewPassword
    display_name: DisplayName
    address_id: AddressId | None = None
    address: FreeAddress | None = None
    door: Door = ""
    age_ok: Literal[True]


class Arrived(Shape):
    """A visitor: reading the neighbourhood until `visitor_until`, without any mail click."""

    account: str
    token: str
    status: Status
    visitor_until: Moment


class MePatch(Shape):
    """What changes; the rest stays."""

    display_name: DisplayName | None = None
    language: Literal["fr", "en"] | None = None


class LinkToken(Shape):
    """The part of a mailed link after `#`."""

    token: Token


class Forgot(Shape):
    email: Email


class Reset(Shape):
    token: Token
    password: NewPassword


class PasswordChange(Shape):
    current: GivenPassword
    password: NewPassword


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
    RouteSpec(
        "GET",
        "/api/addresses",
        "Doors for what was typed so far, the likeliest first.",
        response=FoundAddresses,
        refusals=("query_too_short", "rate"),
        is_open=True,
        query=("q",),
    ),
    RouteSpec(
        "POST",
        "/api/accounts",
        "Sign up and look around at once.",
        NewAccount,
        Arrived,
        status=201,
        refusals=("invalid", "confusable_name", "door_quota", "rate", "busy"),
        is_open=True,
    ),
    RouteSpec("GET", "/api/me", "Who I am and where I am signed in.", response=AboutMe),
    RouteSpec(
        "PATCH",
        "/api/me",
        "Another name or language.",
        MePatch,
        AboutMe,
        refusals=("invalid", "confusable_name"),
    ),
    RouteSpec(
        "PUT",
        "/api/me/address",
        "Move house: a visitor there, the old rooms close within 2 s.",
        NewHome,
        AboutMe,
        refusals=("invalid", "door_quota", "move_quota", "rate"),
    ),
    RouteSpec(
        "PUT",
        "/api/me/password",
        "Another password; the other devices are signed out.",
        PasswordChange,
        status=204,
        refusals=("invalid", "wrong_credentials", "rate", "busy"),
    ),
    RouteSpec(
        "DELETE",
        "/api/sessions/{session}",
        "Sign another device out.",
        status=204,
        refusals=("not_found",),
    ),
    RouteSpec(
        "POST",
        "/api/email/send",
        "Mail the link to confirm once more.",
        status=204,
        refusals=("rate",),
    ),
    RouteSpec(
        "POST",
        "/api/email/confirm",
        "What a mailed link does. A click, not a GET: mail scanners open links.",
        LinkToken,
        status=204,
        refusals=("invalid", "link_dead"),
        is_open=True,
    ),
    RouteSpec(
        "POST",
        "/api/password/forgot",
        "Mail a link. The same answer for known and unknown.",
        Forgot,
        status=204,
        refusals=("invalid", "rate"),
        is_open=True,
    ),
    RouteSpec(
        "POST",
        "/api/password/reset",
        "A new password by a mailed link; every device is signed out.",
        Reset,
        status=204,
        refusals=("invalid", "link_dead", "busy"),
        is_open=True,
    ),
)
