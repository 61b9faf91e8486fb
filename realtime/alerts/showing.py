"""The photos of an alert or of a sighting."""

from __future__ import annotations

from collections.abc import Sequence

from realtime.alerts.filter import require_act
from realtime.db import Tx
from realtime.photos import store as photos


def show_photos(tx: Tx, account: str, chosen: Sequence[str], used_by: str) -> None:
    """Their words too tell what is seen, and are read by anybody on a poster's page.

    Refused("photo_unknown"), Refused("filter…", "photos", words).
    """
    photos.use(tx, account, chosen, used_by)
    for photo in photos.list_used_by(tx, [used_by]).get(used_by, ()):
        require_act({"photos": str(photo["alt"])})
