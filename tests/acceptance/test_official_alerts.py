"""Official alerts through the running server: their territory, and all who speak for them."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from realtime.accounts.actions import open_session
from realtime.clock import to_iso
from realtime.db import open_database
from realtime.geo.cells import cell_at, centre, neighbours
from realtime.ids import new_token
from realtime.photos.model import Photo
from realtime.photos.store import add_photo
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_alerts import (
    Act,
    Street,
    accepts,
    act_explained,
    declines,
    lost_cat,
    raise_alert,
    resolves,
    sees,
    updates,
    widens,
)
from tests.acceptance.test_events_explain_state import found_hall
from tests.support.app import ServerProcess
from tests.support.clients import Client, new_key
from tests.support.doors import let_in
from tests.support.residents import member


async def found_organisation(house: ServerProcess, staff: Client, cell: str, folder: Path) -> None:
    """Its territory is a square of some 10 km round the cell."""
    lon, lat = centre(cell)
    corners = ((-0.05, -0.05), (0.05, -0.05), (0.05, 0.05), (-0.05, 0.05), (-0.05, -0.05))
    ring = [[lon + x, lat + y] for x, y in corners]
    territory = folder / "territory.geojson"
    territory.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    email = f"{staff.me['account']}@example.org"
    heard = len(staff.events)
    said = await asyncio.to_thread(
        house.run,
        *("organisations", "create", "--name", "Mairie", "--staff", email),
        *("--territory", str(territory)),
    )
    assert f"{email}: account {staff.me['account']}" in said
    await staff.wait_until(lambda: len(staff.events) > heard, "the account is the organisation's")


async def test_an_institution_publishes_and_an_expired_visitor_reads(
    house: ServerProcess, arrive: Arrive, cell: str, tmp_path: Path
) -> None:
    staff = await arrive("Mairie")
    visitor = member(cell, "Eve", level="none")
    url = house.env["PALIER_DATABASE_URL"]
    (token,) = await let_in(url, visitor, visit=timedelta(seconds=-1))
    expired = await Client(house.origin, token).connect()
    await found_organisation(house, staff, cell, tmp_path)
    assert (await staff.sync())["me"]["level"] == "organisation"

    tomorrow = datetime.now(UTC) + timedelta(days=1)
    ack = await staff.ask(
        "announcement.publish",
        key=new_key(),
        title="Eau coupée",
        body="De 9 h à 12 h",
        level="urgent",
        expires_at=to_iso(tomorrow),
    )
    heard = await expired.wait_for("announcement.published")
    assert heard["announcement"] == ack["announcement"]
    assert (await expired.sync())["announcements"] == [ack["announcement"]]
    official = await staff.ask("alert.raise", key=new_key(), **lost_cat(cell, kind="official"))
    assert official["alert"]["organisation"]["name"] == "Mairie"
    told = await expired.wait_for("alert.raised")
    assert told["topic"].startswith("official:")
    assert await staff.refused("conversations", view="street") == "street"
    await expired.close()


async def test_dismissed_staff_are_out_within_two_seconds(
    house: ServerProcess, arrive: Arrive, cell: str, tmp_path: Path
) -> None:
    """Signed out at once; signed in again they answer for nothing, and what waited is not told."""
    staff, bo = await arrive("Mairie"), await arrive("Bo Diddley")
    await found_organisation(house, staff, cell, tmp_path)
    alert = await raise_alert(staff, cell, kind="official")
    seen = {"key": new_key(), "id": alert["id"], "at": alert["occurred_at"]}
    await bo.ask("alert.sighting", **seen, place=lost_cat(cell)["place"])
    told = await staff.wait_for("alert.sighted")
    account, topic = staff.me["account"], staff.topics[told["topic"]]

    email = f"{account}@example.org"
    said = await asyncio.to_thread(house.run, "organisations", "dismiss", "--staff", email)
    async with asyncio.timeout(2):
        await staff.disconnected.wait()
    assert account in said

    db = await asyncio.to_thread(open_database, house.env["PALIER_DATABASE_URL"])
    signed_in = await db.write(open_session, account, "test", datetime.now(UTC))
    await db.close()
    async with Client(house.origin, signed_in.token) as again:
        before = {topic["topic"]: [topic["epoch"], told["seq"] - 1]}
        ack = await again.ask("sync", positions=before)
        replayed = [event for event in ack["events"] if event["kind"] == "alert.sighted"]
        assert [event["sighting"] for event in replayed] == [None]
        assert ack["sightings"] == []
        assert await again.refused("alert.resolve", id=alert["id"]) == "not_found"
        raising = lost_cat(cell, kind="official", key=new_key())
        assert await again.refused("alert.raise", **raising) == "not_allowed"


async def test_who_speaks_for_nobody_is_not_dismissed(house: ServerProcess, arrive: Arrive) -> None:
    ada = await arrive("Ada")
    email = f"{ada.me['account']}@example.org"
    with pytest.raises(AssertionError, match="speaks for no organisation"):
        await asyncio.to_thread(house.run, "organisations", "dismiss", "--staff", email)


async def test_an_official_alert_never_leaves_its_territory(
    house: ServerProcess, arrive: Arrive, cell: str, tmp_path: Path
) -> None:
    lon, lat = centre(cell)
    near, away = cell_at(lon + 0.02, lat), cell_at(lon + 0.1, lat)
    staff = await arrive("Mairie")
    bo, cy = await arrive("Bo", home=near), await arrive("Cy", home=away)
    await found_organisation(house, staff, cell, tmp_path)
    alert = await raise_alert(staff, cell, kind="official")
    for command in ("alert.update", "alert.still_missing"):
        ack = await staff.ask(command, id=alert["id"], radius_m=20_000)
        assert ack["alert"]["area"]["radius_m"] == 20_000
    assert [one["id"] for one in (await bo.sync())["alerts"]] == [alert["id"]]
    assert (await cy.sync())["alerts"] == []

    # Its author speaks for another house now.
    await found_organisation(house, staff, away, tmp_path)
    for more in ({}, {"radius_m": 2_000}):
        for command in ("alert.update", "alert.still_missing"):
            assert await staff.refused(command, id=alert["id"], **more) == "not_found"
    for command in ("alert.resolve", "alert.withdraw"):
        assert await staff.refused(command, id=alert["id"]) == "not_found"
    assert (await staff.ask("alert.open", id=alert["id"]))["mine"] is None


async def photo_of(url: str, account: str) -> str:
    db = await asyncio.to_thread(open_database, url)
    photo = Photo(
        id=new_token(), account=account, width=8, height=8, alt="", taken_at=datetime.now(UTC)
    )
    await db.write(add_photo, photo, b"")
    await db.close()
    return photo.id


async def test_a_colleague_sees_an_official_alert_to_its_end(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    """Whoever raised it has gone home: what was seen, its words, its photo and its end are left."""
    author = await arrive("Mairie", level="organisation")
    colleague = await arrive("Mairie", level="organisation")
    url = house.env["PALIER_DATABASE_URL"]
    await found_hall(url, cell, author.me["account"], colleague.me["account"])
    picture = await photo_of(url, author.me["account"])
    alert = await raise_alert(author, cell, kind="official", photos=[picture])
    bo = await arrive("Bo Diddley")
    seen = await bo.ask(
        "alert.sighting",
        key=new_key(),
        id=alert["id"],
        at=to_iso(datetime.now(UTC)),
        place=lost_cat(cell)["place"],
    )
    for one in (author, colleague):
        assert (await one.wait_for("alert.sighted"))["sighting"] == seen["sighting"]
        assert (await one.sync())["sightings"] == [seen["sighting"]]
    opened = await colleague.ask("alert.open", id=alert["id"])
    assert [one["id"] for one in opened["mine"]["waiting"]] == [seen["sighting"]["id"]]
    await colleague.ask("alert.answer_sighting", sighting=seen["sighting"]["id"], accept=True)
    changed = await colleague.ask("alert.update", id=alert["id"], title="Suite", photos=[picture])
    assert [one["id"] for one in changed["alert"]["photos"]] == [picture]
    await colleague.ask("alert.resolve", id=alert["id"])
    told = await bo.wait_for("alert.resolved")
    assert (told["alert"]["title"], told["alert"]["state"]) == ("Suite", "resolved")


async def test_staff_add_what_they_saw_to_their_own_official_alert(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    """It waits for nobody's answer; to the alert of another organisation they add nothing."""
    author, colleague, stranger = [await arrive("Mairie", level="organisation") for _ in range(3)]
    url = house.env["PALIER_DATABASE_URL"]
    await found_hall(url, cell, author.me["account"], colleague.me["account"])
    await found_hall(url, cell, stranger.me["account"])
    alert = await raise_alert(author, cell, kind="official")
    bo = await arrive("Bo Diddley")
    seen = {"key": new_key(), "id": alert["id"], "at": alert["occurred_at"]}
    seen["place"] = lost_cat(cell)["place"]
    assert await stranger.refused("alert.sighting", **seen) == "not_allowed"
    added = await colleague.ask("alert.sighting", **seen)
    assert added["sighting"]["state"] == "shown"
    assert (await bo.wait_for("alert.sighted"))["sighting"] == added["sighting"]


async def test_who_changed_houses_is_told_no_sighting_of_the_old_one(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    author = await arrive("Mairie", level="organisation")
    url = house.env["PALIER_DATABASE_URL"]
    await found_hall(url, cell, author.me["account"])
    alert = await raise_alert(author, cell, kind="official")
    await found_hall(url, cell, author.me["account"])
    bo = await arrive("Bo Diddley")
    place = lost_cat(cell)["place"]
    at = to_iso(datetime.now(UTC))
    await bo.ask("alert.sighting", key=new_key(), id=alert["id"], at=at, place=place)
    assert (await author.sync())["sightings"] == []
    assert not author.heard("alert.sighted")


@pytest.mark.parametrize("act", [updates, widens, sees, accepts, declines, resolves])
async def test_events_explain_state_to_every_colleague(
    house: ServerProcess, arrive: Arrive, cell: str, act: Act
) -> None:
    """Also to one whom the alert's area does not reach."""
    homes = (cell, cell, neighbours(cell[:5])[0] + "z1")
    staff = [await arrive("Mairie", level="organisation", home=home) for home in homes]
    author, colleague, far = staff
    accounts = [one.me["account"] for one in staff]
    await found_hall(house.env["PALIER_DATABASE_URL"], cell, *accounts)
    street = Street(colleague, await arrive("Bo"), far, cell)
    street.alert = await raise_alert(author, cell, kind="official")
    await act_explained(act, street, staff)
