"""The routes of photos: taken in, redrawn without metadata, shown to those who may see them."""

from __future__ import annotations

from realtime.wire.base import Shape
from realtime.wire.route import RouteSpec


class PhotoTaken(Shape):
    """The WebP at `url`; `id` goes into `photos` of the commands that show it."""

    id: str
    width: int
    height: int
    url: str
    alt: str


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
        "GET",
        "/api/photos/{photo}",
        "The WebP, for its owner and those who may see what shows it.",
        refusals=("not_found",),
    ),
)
