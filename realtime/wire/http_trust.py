"""The ways to prove a home: what these routes take and answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from realtime.wire.base import Moment, Shape, Ulid
from realtime.wire.http_accounts import AboutMe
from realtime.wire.route import RouteSpec

TypedCode = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40),
    Field(description="XXXX-XXXX-C; spaces, dashes and case do not matter, O is 0, I and L are 1"),
]


class CardOnItsWay(Shape):
    """`account_until`: an expired account stays that long for its card."""

    asked_at: Moment
    code_until: Moment
    account_until: Moment
    tries_left: int


class Code(Shape):
    code: TypedCode


class HerePosition(Shape):
    """Degrees and metres, as the browser gives them. Used once, never kept."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    accuracy: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class VouchRequest(Shape):
    """Who asks, as neighbours see them. `vouched`: the reader's household already spoke;
    `housemate`: behind the reader's own door."""

    id: Ulid
    account: str
    name: str
    asked_at: Moment
    until: Moment
    vouches: int
    needed: int
    mine: bool
    vouched: bool
    housemate: bool


class VouchRequests(Shape):
    """The reader's own first, then those they may vouch for."""

    requests: list[VouchRequest]


class NewVouch(Shape):
    request: Ulid


class VouchGiven(Shape):
    """`verified`: this was the word that was missing."""

    vouches: int
    needed: int
    verified: bool


class Ways(Shape):
    """How far each way to stay has come."""

    level: str
    postcard: CardOnItsWay | None
    vouch_request: VouchRequest | None


ROUTES: tuple[RouteSpec, ...] = (
    RouteSpec("GET", "/api/verification", "How far I have come in proving my home.", response=Ways),
    RouteSpec(
        "POST",
        "/api/verification/postcard",
        "Send me a card with a code.",
        response=CardOnItsWay,
        status=201,
        refusals=("already_verified", "postcard_quota"),
    ),
    RouteSpec(
        "POST",
        "/api/verification/postcard/redeem",
        "The code of a card. A failed check symbol costs no try; five wrong codes kill the card.",
        Code,
        AboutMe,
        refusals=("invalid", "already_verified", "confusable_name", "wrong_code", "code_dead"),
    ),
    RouteSpec(
        "POST",
        "/api/verification/postcard/refuse",
        "“This is not me”: the card dies and no other follows.",
        Code,
        status=204,
        refusals=("invalid", "code_dead", "rate"),
        is_open=True,
    ),
    RouteSpec(
        "POST",
        "/api/verification/location",
        "Position and connection against the address, once.",
        HerePosition,
        AboutMe,
        refusals=("invalid", "already_verified", "too_far", "too_vague", "rate"),
    ),
    RouteSpec(
        "POST",
        "/api/verification/vouch-requests",
        "Ask two neighbours for their word. Open for seven days.",
        response=VouchRequest,
        status=201,
        refusals=("already_verified", "already_asked", "vouch_request_quota"),
    ),
    RouteSpec(
        "GET",
        "/api/verification/vouch-requests",
        "Mine, and those of my ring if I may vouch.",
        response=VouchRequests,
    ),
    RouteSpec(
        "GET",
        "/api/verification/vouch-requests/{request}",
        "One by its link, if I may answer it; `reason` as below.",
        response=VouchRequest,
        refusals=("may_not_vouch", "not_found"),
    ),
    RouteSpec(
        "POST",
        "/api/vouches",
        "I know this neighbour. `reason` is level, too_new, self, household or not_near.",
        NewVouch,
        VouchGiven,
        status=201,
        refusals=(
            "invalid",
            "may_not_vouch",
            "not_found",
            "already_vouched",
            "vouch_quota",
            "confusable_name",
        ),
    ),
    RouteSpec(
        "POST",
        "/api/household/members",
        "They live with me: the request's account joins my household at level `vouched`.",
        NewVouch,
        status=204,
        refusals=("invalid", "may_not_vouch", "not_found", "already_verified", "confusable_name"),
    ),
)
