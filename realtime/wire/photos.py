"""A photo as it is shown, and as it is named by who shows it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from realtime.wire.base import Shape

PhotoId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
PhotoIds = Annotated[list[PhotoId], Field(max_length=4)]


class Photo(Shape):
    id: str
    url: str
    width: int
    height: int
    alt: str
