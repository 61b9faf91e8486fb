"""A newcomer's whole way: look around at once, lose it after 48 hours, come home by post."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import canary
from tests.support.app import ServerProcess
from tests.support.canary import DOOR
from tests.support.clients import Client
from tests.support.processes import scratch, wait_until

# Each starts a server or two with the whole example town.
pytestmark = pytest.mark.timeout(180)
Json = dict[str, Any]
PASSWORD = "un mot de passe bien à moi"
# Whose card is exported: it names its own door, and the canary is searched for there.
ON_A_CARD = "Bâtiment B"
TWO_DAYS = 48 * 3600 + 60


@contextlib.contextmanager
def example() -> Iterator[ServerProcess]:
    """The example town, as `bin/serve` gives it on an empty directory."""
    with scratch() as directory:
        server = ServerProcess(directory, settings={"PALIER_EXAMPLE": "auto"})
        try:
            yield server.start(ready_within=60)
        finally:
            server.stop()


@pytest.fixture
def own_town() -> Iterator[ServerProcess]:
    """For a test that stops it, or kills it."""
    with example() as town:
        yield town


@pytest.fixture(scope="module")
def town() -> Iterator[ServerProcess]:
    """For all the others."""
    with example() as town:
        yield town


def ask(server: ServerProcess, method: str, path: str, who: str = "", **body: Any) -> Json:
    """A JSON route; refusals come back as their body."""
    headers = {"Content-Type": "application/json"}
    if who:
        headers["Authorization"] = f"Bearer {who}"
    content = json.dumps(body).encode() if body else None
    request = urllib.request.Request(
        server.origin + path, method=method, data=content, headers=headers
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            said = answer.read()
    except urllib.error.HTTPError as refusal:
        said = refusal.read()
    told: Json = json.loads(said) if said else {}
    return told


def sign_up(
    server: ServerProcess, door: str = DOOR, query: str = "12 rue de brest"
) -> tuple[Json, Json]:
    """A newcomer at the first address found: the address, and what sign-up answered."""
    address = ask(server, "GET", f"/api/addresses?q={query.replace(' ', '%20')}")["addresses"][0]
    arrived = ask(
        server,
        "POST",
        "/api/accounts",
        email="ines@example.org",
        password=PASSWORD,
        display_name="Inès Morel",
        address_id=address["id"],
        door=door,
        age_ok=True,
    )
    return address, arrived


async def test_a_newcomer_looks_around_expires_and_comes_home_by_post(
    own_town: ServerProcess,
) -> None:
    address, arrived = await asyncio.to_thread(sign_up, own_town, ON_A_CARD)
    token = arrived["token"]
    async with Client(own_town.origin, token) as visit:
        assert (visit.me["status"], visit.me["street"]) == ("visitor", address["street"])
        ack = await visit.ask("conversations", view="neighbourhood")
        assert ack["conversations"] == []
        assert await visit.refused("conversations", view="street") == "street"
        assert "neighbourhood" in {state["view"] for state in visit.topics.values()}

    own_town.env["PALIER_CLOCK_OFFSET_S"] = str(TWO_DAYS)
    await asyncio.to_thread(own_town.stop)
    await asyncio.to_thread(own_town.start)

    async with Client(own_town.origin, token) as after:
        assert after.me["status"] == "expired"
        assert {state["view"] for state in after.topics.values()} == {"account", "official"}
        assert await after.refused("conversations", view="neighbourhood") == "expired"

        await asyncio.to_thread(ask, own_town, "POST", "/api/verification/postcard", token)
        code = (await asyncio.to_thread(export, own_town))[arrived["account"]]
        redeemed = await asyncio.to_thread(
            ask, own_town, "POST", "/api/verification/postcard/redeem", token, code=code
        )

        # The same socket, the same sign-in: the rights come to it.
        assert redeemed["level"] == "postcard"
        await after.wait_for("account.changed", status="verified", within=5)
        await after.sync()
        assert "street" in {state["view"] for state in after.topics.values()}
        await after.post("street", "Bonjour la rue !")
    assert own_town.faults() == []


def export(server: ServerProcess) -> dict[str, str]:
    """Codes by account, as the printer gets them."""
    folder = server.directory / "out"
    server.run("postcards", "export", "--out", str(folder))
    assert (folder / "postcards.pdf").read_bytes().startswith(b"%PDF")
    cards = json.loads((folder / "postcards.json").read_text(encoding="utf-8"))
    assert all(ON_A_CARD in card["address"] for card in cards)
    return {card["account"]: card["code"] for card in cards}


async def test_moving_house_closes_the_old_street_on_a_live_socket(town: ServerProcess) -> None:
    (resident,) = await asyncio.to_thread(town.demo, 1)
    async with Client(town.origin, resident.token) as live:
        assert "street" in {state["view"] for state in live.topics.values()}
        search = "/api/addresses?q=1%20place%20de%20la%20republique"
        found = await asyncio.to_thread(ask, town, "GET", search)
        begun = time.monotonic()
        moved = await asyncio.to_thread(
            ask,
            town,
            "PUT",
            "/api/me/address",
            resident.token,
            address_id=found["addresses"][0]["id"],
        )
        await live.wait_for("account.changed", status="visitor", within=2)
        assert time.monotonic() - begun < 2
        assert moved["status"] == "visitor"
        assert await live.refused("conversations", view="street") == "street"


async def test_a_mailed_link_confirms_and_the_number_is_never_seen(town: ServerProcess) -> None:
    _, arrived = await asyncio.to_thread(sign_up, town)
    mails = town.directory / "data" / "mail"
    await asyncio.to_thread(
        wait_until, lambda: _link_in(mails) is not None, 30, "a mail with a link"
    )
    found = await asyncio.to_thread(_link_in, mails)
    assert found is not None
    assert f"Mails: {mails}" in town.said()
    await asyncio.to_thread(canary.look_at_mails, mails)
    canary.assert_looked("mail")
    text, link = found
    confirmed = await asyncio.to_thread(ask, town, "POST", "/api/email/confirm", token=link)
    assert confirmed == {}
    me = await asyncio.to_thread(ask, town, "GET", "/api/me", arrived["token"])
    assert me["email_confirmed"] is True

    await asyncio.to_thread(ask, town, "POST", "/api/verification/postcard", arrived["token"])
    metrics = await asyncio.to_thread(_get, town, "/metrics")
    stored = await asyncio.to_thread(_all_bytes, town.directory)
    for told in (text, json.dumps(me), json.dumps(arrived), metrics, town.said()):
        assert "anariquarante" not in told
    assert b"anariquarante" not in stored


def _link_in(folder: Path) -> tuple[str, str] | None:
    """The one mail of its kind, and what its link carries."""
    for path in folder.glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body()
        assert body is not None
        text = str(body.get_content())
        if link := re.search(r"/confirmer#(\S+)", text):
            return text, link[1]
    return None


def _get(server: ServerProcess, path: str) -> str:
    with urllib.request.urlopen(server.origin + path, timeout=10) as answer:
        return str(answer.read().decode())


def _all_bytes(folder: Path) -> bytes:
    """The database, its journal files, keys, mails and logs."""
    parts = []
    for directory, _, names in os.walk(folder):
        parts += [(Path(directory) / name).read_bytes() for name in names]
    return b"".join(parts)


def test_the_worker_ends_with_its_server_even_on_sigkill(own_town: ServerProcess) -> None:
    child = _worker_of(own_town)
    own_town.kill9()
    wait_until(lambda: not _is_running(child), 10, "the worker has ended")
    own_town.start()
    assert _worker_of(own_town) != child


def _worker_of(server: ServerProcess) -> int:
    def children() -> list[int]:
        path = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def found() -> list[int]:
        return [pid for pid in children() if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    wait_until(lambda: bool(found()), 20, "a worker runs")
    return found()[0]


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_an_operator_takes_a_fake_account_out_on_live_sockets(town: ServerProcess) -> None:
    (fake,) = await asyncio.to_thread(town.demo, 1)
    async with Client(town.origin, fake.token) as live:
        told = await asyncio.to_thread(town.run, "accounts", "revoke", fake.account)
        await live.wait_for("account.changed", status="expired")
        assert await live.refused("conversations", view="street") == "expired"
    assert fake.account in told
    with pytest.raises(AssertionError, match="there is no account nobody"):
        await asyncio.to_thread(town.run, "accounts", "revoke", "nobody")
