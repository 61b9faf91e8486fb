"""A small town to live in, and the secret that seals its addresses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from realtime.keyring import Keyring
from realtime.places.model import Address, Street

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHAUSSEE = Street("Rue de la Chaussée", "35000", "Rennes", "35238", "0001")
PALIER = Street("Rue du Palier", "35000", "Rennes", "35238", "0002")


def address(number: int, street: Street = CHAUSSEE, cell: str = "gbwc9z1") -> Address:
    return Address(f"35238_{street.code}_{number:05}", number, "", street, -1.68, 48.11, cell)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(b"an operator's secret, long enough")
