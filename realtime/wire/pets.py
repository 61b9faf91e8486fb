"""Pet cards: prepared before any loss, seen by their owner alone."""

from __future__ import annotations

from typing import Any

from realtime.wire.alerts import Details
from realtime.wire.base import CommandSpec, Done, EventSpec, Shape, Ulid
from realtime.wire.photos import Photo, PhotoId


class Pet(Shape):
    id: Ulid
    details: dict[str, Any]
    photo: Photo | None


class PetsAsked(Shape):
    """Mine."""


class PetsAck(Shape):
    pets: list[Pet]


class PetSave(Shape):
    """Without `id` a new card. The pet's fields of `Details`."""

    key: Ulid
    id: Ulid | None = None
    details: Details
    photo: PhotoId | None = None


class PetAck(Shape):
    pet: Pet


class PetById(Shape):
    id: Ulid


COMMANDS = [
    CommandSpec("pets", PetsAsked, PetsAck, "My pets' cards."),
    CommandSpec("pet.save", PetSave, PetAck, "Keep a card; an alert then takes two taps."),
    CommandSpec("pet.delete", PetById, Done, "Forget a card and its photo."),
]
EVENTS: list[EventSpec] = []
