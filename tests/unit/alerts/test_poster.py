"""The words of a poster: the day as its author's wall clock shows it, in both languages' ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from realtime.alerts.poster.words import facts_of, poster_of
from tests.unit.alerts.test_lifecycle import alert as alert_of


@pytest.mark.parametrize(
    ("lost_at", "zone", "french", "english"),
    [
        (
            datetime(2026, 11, 30, 23, 30, tzinfo=UTC),
            "Europe/Paris",
            "le 1er\u00a0décembre",
            "1 December",
        ),
        (
            datetime(2026, 11, 30, 23, 30, tzinfo=UTC),
            "America/Cayenne",
            "le 30\u00a0novembre",
            "30 November",
        ),
        (
            datetime(2026, 11, 5, 12, 0, tzinfo=UTC),
            "Europe/Paris",
            "le 5\u00a0novembre",
            "5 November",
        ),
    ],
)
def test_it_tells_the_day_at_home(lost_at: datetime, zone: str, french: str, english: str) -> None:
    alert = replace(alert_of("lost_cat"), occurred_at=lost_at)
    assert poster_of(alert, "fr", "https://palier.example", zone)["since"] == f"Depuis {french}"
    assert poster_of(alert, "en", "https://palier.example", zone)["since"] == f"Since {english}"


def test_a_label_has_its_colon_as_its_language_writes_it() -> None:
    alert = replace(alert_of("lost_cat"), details={"colours": ["roux", "blanc"]})
    assert facts_of(alert, "fr") == [("Couleurs\u00a0:", "roux, blanc")]
    assert facts_of(alert, "en") == [("Colours:", "roux, blanc")]
