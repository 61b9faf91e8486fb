"""What an address is: a door of a street, with a position that never leaves the server."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.geo.cells import Cell

EXAMPLE = "example"
"""Communes whose code begins so are invented, or real streets with invented numbers. A real file
ends them."""

OWN_STREET_FROM = 20
"""With fewer addresses in the ring a cell would be a house: the street is the neighbourhood."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street of a commune (INSEE code); `code` tells namesakes of one commune apart."""

    name: str
    postcode: str
    city: str
    commune: str
    code: str = ""

    @property
    def is_example(self) -> bool:
        return self.commune.startswith(EXAMPLE)


@dataclass(frozen=True, slots=True)
class Address:
    """`id` is the national key (`35238_2040_00012_bis`); `suffix` is `bis`, `b` or nothing."""

    id: str
    number: int
    suffix: str
    street: Street
    lon: float
    lat: float
    cell: Cell

    @property
    def line(self) -> str:
        """The first line of an envelope: « 12 bis Rue de Brest »."""
        return f"{self.number} {self.suffix} {self.street.name}".replace("  ", " ")

    @property
    def town_line(self) -> str:
        return f"{self.street.postcode} {self.street.city}".strip()

    @property
    def example(self) -> bool:
        return self.street.is_example

    @property
    def label(self) -> str:
        mark = " (adresse d’exemple)" if self.example else ""
        return f"{self.line}, {self.town_line}{mark}"
