"""The directory: who chose to be found, what they know and lend; who has just arrived."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from realtime.wire.base import CommandSpec, Done, EventSpec, Moment, Shape, TopicName
from realtime.wire.groups import AccountId
from realtime.wire.messages import Author
from realtime.wire.photos import Photo

Item = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Items = Annotated[list[Item], Field(max_length=20)]
TakesRequests = Annotated[
    Literal["everybody", "verified", "nobody"],
    Field(description="who may ask me for a direct thread; visitors are among everybody"),
]


class Listing(Shape):
    """What I say of myself. Nobody is listed before choosing so."""

    listed: bool
    skills: list[str]
    loans: list[str]
    shows_pets: bool
    announced: bool
    requests: TakesRequests


class ListingAsked(Shape):
    """Mine."""


class ListingSet(Shape):
    """What changes; the rest stays. `announced`: neighbours hear once that I arrived."""

    listed: bool | None = None
    skills: Items | None = None
    loans: Items | None = None
    shows_pets: bool | None = None
    announced: bool | None = None
    requests: TakesRequests | None = None


class ListingAck(Shape):
    listing: Listing


class ShownPet(Shape):
    """What its owner put on the card; never the mark kept as a proof."""

    details: dict[str, Any]
    photo: Photo | None


class Neighbour(Shape):
    """Full name in the street, first name and initial beyond."""

    member: Author
    skills: list[str]
    loans: list[str]
    pets: list[ShownPet]


class DirectoryAsked(Shape):
    """`q` is looked for in names, skills and loans, whatever the accents."""

    ring: Literal["street", "neighbourhood"]
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    after: Annotated[str, StringConstraints(max_length=200)] | None = None


class DirectoryAck(Shape):
    """By name, never by place. `more` is to send back as `after`."""

    members: list[Neighbour]
    more: str | None


class ArrivalsAsked(Shape):
    """Of the last days, around me."""


class Arrival(Shape):
    """`welcomed`: by me."""

    member: Author
    at: Moment
    welcomed: bool


class ArrivalsAck(Shape):
    arrivals: list[Arrival]


class Welcome(Shape):
    account: AccountId


class MemberArrived(Shape):
    """A neighbour's home was confirmed; unless they chose otherwise."""

    kind: Literal["member.arrived"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    member: Author | None


class MemberWelcomed(Shape):
    """Somebody wishes me welcome."""

    kind: Literal["member.welcomed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    by: Author | None


COMMANDS = [
    CommandSpec("directory", DirectoryAsked, DirectoryAck, "Who chose to be found around me."),
    CommandSpec("listing.get", ListingAsked, ListingAck, "What I say of myself."),
    CommandSpec("listing.set", ListingSet, ListingAck, "Say something else of myself."),
    CommandSpec("arrivals", ArrivalsAsked, ArrivalsAck, "Who has just arrived."),
    CommandSpec("member.welcome", Welcome, Done, "« Bienvenue ! », once."),
]
EVENTS = [
    EventSpec("member.arrived", MemberArrived, "A neighbour's home was confirmed."),
    EventSpec("member.welcomed", MemberWelcomed, "Somebody wishes me welcome."),
]
