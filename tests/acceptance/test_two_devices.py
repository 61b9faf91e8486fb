"""Two devices of one member agree: on what was read, muted and reacted to."""

from __future__ import annotations

from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.model import fetched

# Seconds between what one device does and the other shows.
AGREED = 2.0


async def test_what_one_device_does_the_other_shows(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    topic = f"street:{cell}"
    said = await ada.post("street", "Bonjour")
    phone = await Client(house.origin, bo.token).connect()
    await bo.wait_for("message.posted", id=said["id"])
    try:
        epoch, seq = bo.positions[topic]
        await bo.ask("read", positions={topic: [epoch, seq]})
        moved = await phone.wait_for("read.moved", within=AGREED)
        assert moved["read"][topic] == [epoch, seq]
        await phone.ask("message.react", id=said["id"], reaction="thanks")
        reacted = await bo.wait_for("reaction.changed", within=AGREED)
        assert (reacted["by"], reacted["given"]) == (bo.me["account"], ["thanks"])
        await bo.ask("prefs.set", rooms={"street": {"level": "nothing"}})
        chosen = await phone.wait_for("prefs.changed", within=AGREED)
        assert chosen["prefs"]["rooms"]["street"]["level"] == "nothing"
        assert not phone.heard("account.changed"), "reading makes no node look at everything anew"
        one, other = await fetched(bo), await fetched(phone)
        assert one.shown() == other.shown()
    finally:
        await phone.close()
