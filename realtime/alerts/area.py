"""Where an alert reaches: the place's cell, and the covering of what its author asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.alerts.kinds import KINDS
from realtime.errors import Refused
from realtime.geo.areas import Area, BadArea, circle_at, contains, polygon_from
from realtime.geo.cells import OutOfRange, Position, cell_at, centre, region, ring
from realtime.geo.covering import ALERT_BUDGET, TERRITORY_BUDGET, AreaTooLarge, cover

_QUICK_M = 2_000


@dataclass(frozen=True, slots=True)
class Reached:
    """`radius_m` is None for a drawn area."""

    cell: str
    radius_m: int | None
    cells: tuple[str, ...]


def reached_by(
    kind: str, place: Position, radius_m: int | None, drawn: object | None, *, official: bool
) -> Reached:
    """The covering, before any transaction: CPU, see `takes_long`. Refused if it is too large."""
    row = KINDS[kind]
    try:
        cell = cell_at(*place)
        if drawn is None:
            radius_m = row.radius if radius_m is None else radius_m
            _check_radius(kind, radius_m)
            shape: Area = circle_at(*place, radius_m)
        else:
            shape = polygon_from(drawn)
            # Their polygon may not go where their circle could not; an organisation's territory
            # is checked where it is known.
            if not official and not contains(circle_at(*place, row.greatest_radius), shape):
                raise Refused("area_too_large", radius_m=row.greatest_radius)
        budget = TERRITORY_BUDGET if official else ALERT_BUDGET
        return Reached(cell, radius_m, cover(shape, budget))
    except BadArea:
        raise Refused("invalid", field="area") from None
    except OutOfRange:
        raise Refused("invalid", field="place") from None
    except AreaTooLarge:
        raise Refused("area_too_large", radius_m=row.greatest_radius) from None


def takes_long(kind: str, radius_m: int | None, drawn: object | None) -> bool:
    """Whether that is more CPU than a thread of the web process may take: docs/decisions/0010."""
    return drawn is not None or (radius_m or KINDS[kind].radius) > _QUICK_M


def wider(kind: str, cell: str, radius_m: int) -> tuple[str, ...]:
    """The covering of another circle round the same cell: CPU as well."""
    _check_radius(kind, radius_m)
    return cover(circle_at(*centre(cell), radius_m), ALERT_BUDGET)


def is_near(cell: str, home: str) -> bool:
    """In the home's region or one of its eight neighbours."""
    return region(cell) in ring(region(home))


def _check_radius(kind: str, radius_m: int) -> None:
    greatest = KINDS[kind].greatest_radius
    if radius_m > greatest:
        raise Refused("area_too_large", radius_m=greatest)
