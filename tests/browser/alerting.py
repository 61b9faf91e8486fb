"""Alerts by the wire, for tests of what a browser shows of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.browser.conftest import in_a_thread
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client, new_key


def asked(house: ServerProcess, who: Resident, name: str, /, **payload: Any) -> dict[str, Any]:
    """What one command of this member is answered."""

    async def ask() -> dict[str, Any]:
        async with Client(house.origin, who.token) as client:
            answer: dict[str, Any] = await client.ask(name, **payload)
            return answer

    return in_a_thread(ask)


def raised(house: ServerProcess, who: Resident, kind: str, title: str, **more: Any) -> str:
    """An alert at its author's home. Its id."""
    given = {
        "key": new_key(),
        "kind": kind,
        "title": title,
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "place": {"lon": who.lon, "lat": who.lat},
        **more,
    }
    return str(asked(house, who, "alert.raise", **given)["alert"]["id"])


def found_house(house: ServerProcess, staff: Resident, folder: Path, name: str) -> None:
    """An institution of one member of staff; its territory lies nine kilometres round that home."""
    west, east = staff.lon - 0.06, staff.lon + 0.06
    south, north = staff.lat - 0.04, staff.lat + 0.04
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    territory = folder / "territory.geojson"
    territory.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    house.run(
        *("organisations", "create", "--name", name, "--territory", str(territory)),
        *("--staff", f"{staff.account}@demo.example.org"),
    )


def published(house: ServerProcess, staff: Resident, title: str, body: str, level: str) -> str:
    """What an institution tells its whole territory for nine days. Its id."""
    ends = datetime.now(UTC) + timedelta(days=9)
    given = {
        "key": new_key(),
        "title": title,
        "body": body,
        "level": level,
        "expires_at": ends.isoformat(timespec="milliseconds"),
    }
    return str(asked(house, staff, "announcement.publish", **given)["announcement"]["id"])
