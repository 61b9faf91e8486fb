"""What every shape on the wire shares: unknown fields and wrong types are refused, not guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from realtime.ids import ULID_PATTERN

MESSAGE_CHARACTERS = 4_000


class Shape(BaseModel):
    """A frozen object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_nul(cls, value: object) -> object:
        """PostgreSQL keeps no U+0000 in a text."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("leave out the character U+0000")
        return value


class Done(Shape):
    """Nothing to say but that it is done."""


Ulid = Annotated[str, StringConstraints(pattern=ULID_PATTERN)]
TopicName = Annotated[str, StringConstraints(min_length=3, max_length=64)]
Position = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=32)], Annotated[int, Field(ge=0, lt=2**53)]],
    Field(strict=False, description="[epoch, seq]"),
]
Positions = Annotated[dict[TopicName, Position], Field(max_length=500)]
MessageText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MESSAGE_CHARACTERS),
    Field(description="1–4,000 characters of plain text"),
]
Moment = Annotated[str, Field(description="RFC 3339, UTC, milliseconds")]


def _instant(value: object) -> datetime:
    """Only text, with its offset, of years that a clock may show."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("give a moment as RFC 3339 text")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not 2000 <= moment.year < 2200:
        raise ValueError("give a moment with its offset")
    return moment.astimezone(UTC)


Instant = Annotated[
    datetime, BeforeValidator(_instant), Field(description="RFC 3339 with an offset")
]


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command: its name, the shape asked for and the shape answered."""

    name: str
    payload: type[Shape]
    ack: type[Shape]
    about: str


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One event. `has_seq` is False for what is ephemeral."""

    name: str
    payload: type[BaseModel]
    about: str
    has_seq: bool = True
