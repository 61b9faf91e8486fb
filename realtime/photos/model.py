"""What a photo is once it is safe. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# A photo nobody used within a day was a draft.
UNUSED_FOR = timedelta(hours=24)
ALT_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """`used_by` is the id of what shows it: an alert, a sighting, a pet's card."""

    id: str
    account: str
    width: int
    height: int
    alt: str
    taken_at: datetime
    used_by: str | None = None


def rendered(own_id: str, width: int, height: int, alt: str) -> dict[str, object]:
    """The shape `wire.alerts.Photo`."""
    return {
        "id": own_id,
        "url": f"/api/photos/{own_id}",
        "width": width,
        "height": height,
        "alt": alt,
    }
