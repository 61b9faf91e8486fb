"""Roughly where an IP address is, from a GeoIP city database that the operator supplies.

It can only contradict: a connection from another end of the country does not prove a home here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geoip2.database
from geoip2.errors import GeoIP2Error
from maxminddb import InvalidDatabaseError

from realtime.errors import BadSetting
from realtime.geo.cells import REGION, Cell, OutOfRange, cell_at, metres_between, parent

NEAR_KM = 100
"""Providers pool the addresses of a whole region: nearer than this always agrees."""

VAGUE_KM = 300
"""An entry less exact than this (« somewhere in France ») says nothing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The region (5 characters) of an entry's middle, and how far it may be off."""

    region: Cell
    radius_km: int

    def may_hold(self, home: Cell) -> bool:
        """Whether a home in this cell is compatible with the entry."""
        apart = metres_between(self.region, parent(home, REGION)) / 1000
        return apart <= max(NEAR_KM, self.radius_km)


class IpArea:
    """Look-ups in the operator's file (21 µs each); without a file it knows nothing."""

    def __init__(self, path: str) -> None:
        self._reader: geoip2.database.Reader | None = None
        if path:
            self._reader = _open(path)

    def find_surroundings(self, ip: str) -> Surroundings | None:
        """None when nothing useful is known: private, unlisted or vaguely placed addresses."""
        if self._reader is None:
            return None
        try:
            location = self._reader.city(ip).location
        except (GeoIP2Error, ValueError, TypeError, InvalidDatabaseError):
            return None
        radius_km = location.accuracy_radius or NEAR_KM
        if location.longitude is None or location.latitude is None or radius_km > VAGUE_KM:
            return None
        try:
            region = cell_at(location.longitude, location.latitude, REGION)
        except OutOfRange:
            return None
        return Surroundings(region, radius_km)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()


def _open(path: str) -> geoip2.database.Reader:
    if not Path(path).is_file():
        raise BadSetting(f"PALIER_GEOIP_DB: there is no file {path}")
    try:
        reader = geoip2.database.Reader(path)
    except (InvalidDatabaseError, OSError) as error:
        raise BadSetting(f"PALIER_GEOIP_DB: {error}") from None
    if "City" not in reader.metadata().database_type:
        reader.close()
        raise BadSetting("PALIER_GEOIP_DB: a City database is needed")
    return reader
