"""The routes of photos: taken in, redrawn without metadata, shown to those who may see them."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from realtime.wire.base import Shape
from realtime.wire.route import RouteSpec


class PhotoTaken(Shape):
    """The WebP at `url`; `id` goes into `photos` of the commands that show it."""

    id: str
    width: int
    height: int
    url: str
    alt: str


class PhotoAbout(Shape):
    alt: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


ROUTES: tuple[RouteSpec, ...] = (
    RouteSpec(
        "POST",
        "/api/photos",
        "Take a photo: multipart, the file in `photo`, what it shows in `alt`. JPEG, PNG, WebP.",
        response=PhotoTaken,
        status=201,
        refusals=("too_large", "media_type", "not_an_image", "too_many_pixels", "rate", "busy"),
    ),
    RouteSpec(
        "PATCH",
        "/api/photos/{photo}",
        "Say what a photo of mine shows, until something shows it.",
        request=PhotoAbout,
        status=204,
        refusals=("not_found", "invalid"),
    ),
    RouteSpec("GET", "/a/poster.css", "How the public page of a poster looks.", is_open=True),
    RouteSpec(
        "GET",
        "/a/{alert}",
        "The public page behind a poster's code: a page, not JSON; it says what became of it.",
        refusals=("not_found", "rate"),
        is_open=True,
    ),
    RouteSpec(
        "GET",
        "/a/{alert}/photo",
        "The photo on the poster, while the alert is open.",
        refusals=("not_found", "rate"),
        is_open=True,
    ),
    RouteSpec(
        "POST",
        "/api/alerts/{alert}/poster",
        "The A4 poster (PDF) of my open alert; then /a/{alert} shows it without an account.",
        refusals=("not_found", "alert_closed", "rate", "busy"),
    ),
    RouteSpec(
        "GET",
        "/api/photos/{photo}",
        "The WebP, for its owner and those who may see what shows it.",
        refusals=("not_found",),
    ),
)
