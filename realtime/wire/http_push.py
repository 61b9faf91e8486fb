"""The routes of Web Push: this device rings, does it ring, and why it rang."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from realtime.wire.base import Moment, Shape, Ulid
from realtime.wire.route import RouteSpec

Text = Annotated[str, StringConstraints(max_length=200)]


class PushKeys(Shape):
    """Of a W3C PushSubscription, base64url."""

    p256dh: Text
    auth: Text


class PushSubscription(Shape):
    """What `PushSubscription.toJSON()` gives."""

    endpoint: Annotated[str, StringConstraints(max_length=2_048)]
    keys: PushKeys
    expirationTime: float | None = None


class SubscriptionPut(Shape):
    """`device` is a ULID the browser keeps; `key` the server key it subscribed with."""

    subscription: PushSubscription
    device: Ulid
    key: Text | None = None


class SubscriptionDelete(Shape):
    device: Ulid


class PushTest(Shape):
    """Which of my devices shall ring; all of them when absent."""

    device: Ulid | None = None


class PushReceipt(Shape):
    """`t` came with the push message; `e` is what happened to it."""

    t: Annotated[str, StringConstraints(max_length=200)]
    e: Literal["shown", "clicked"]


class PushDevice(Shape):
    """`state`: whether it can ring. `test`: what became of the last test."""

    device: str
    label: str
    since: Moment
    rang_at: Moment | None
    state: Literal["on", "gone", "key", "failing"]
    test: Literal["queued", "accepted", "shown", "refused", "expired"] | None
    test_reason: str


class PushState(Shape):
    """The server's public key (base64url) and my devices."""

    key: str
    devices: list[PushDevice]


class PushReach(Shape):
    """What became of the phones of one of my alerts; numbers rounded to 5, null under 10.
    Seconds are from raising it; null while unknown."""

    phones: int | None
    accepted: int | None
    shown: int | None
    queued_s: float | None
    first_accepted_s: float | None
    last_accepted_s: float | None
    first_shown_s: float | None
    is_done: bool


class PushWhy(Shape):
    """Why my phone rang, or did not. `reason` is one of a short list."""

    kind: str
    action: str
    reason: str
    ring: Literal["street", "neighbourhood", "farther", "own"]
    radius_m: Annotated[int, Field(ge=0)] | None
    at: Moment


ROUTES: tuple[RouteSpec, ...] = (
    RouteSpec("GET", "/api/push", "The key to subscribe with, and my devices.", response=PushState),
    RouteSpec(
        "PUT",
        "/api/push/subscription",
        "This browser rings from now on. Idempotent; the last account that asked has it.",
        request=SubscriptionPut,
        status=204,
        refusals=("endpoint_not_allowed", "bad_key", "rate"),
    ),
    RouteSpec(
        "DELETE",
        "/api/push/subscription",
        "This browser rings no longer. Idempotent.",
        request=SubscriptionDelete,
        status=204,
    ),
    RouteSpec(
        "POST",
        "/api/push/test",
        "Ring my phone; GET /api/push says what became of it.",
        request=PushTest,
        status=204,
        refusals=("not_found", "rate"),
    ),
    RouteSpec(
        "POST",
        "/api/push/receipt",
        "From the service worker: a push message was shown or clicked. Always 204.",
        request=PushReceipt,
        status=204,
        is_open=True,
    ),
    RouteSpec(
        "GET",
        "/api/push/reach/{alert}",
        "How many phones of my alert rang, and how soon.",
        response=PushReach,
        refusals=("not_found",),
    ),
    RouteSpec(
        "GET",
        "/api/push/why/{subject}",
        "Why I was told of an alert or an announcement, or why my phone stayed silent.",
        response=PushWhy,
        refusals=("not_found",),
    ),
)
