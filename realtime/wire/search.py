"""Find messages by their words."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from realtime.wire.base import CommandSpec, EventSpec, Instant, Shape, TopicName, Ulid
from realtime.wire.messages import Message

PAGE_FOUND = 50


class SearchAsked(Shape):
    """Every word of `q` is in each message found, whatever its accents or plural.

    `in` is a view, a topic or a conversation; `from` an account; `before` a message of the last
    page or a moment.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    in_: Annotated[TopicName | None, Field(alias="in")] = None
    from_: Annotated[
        str | None, StringConstraints(pattern=r"^[0-9a-f]{20}$"), Field(alias="from")
    ] = None
    before: Ulid | Instant | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_FOUND)] = 20


class SearchAck(Shape):
    """Newest first."""

    messages: list[Message]
    more: bool


COMMANDS = [CommandSpec("search", SearchAsked, SearchAck, "Messages I may read, by their words.")]
EVENTS: list[EventSpec] = []
