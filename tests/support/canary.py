"""A house number and a door that must never leave the server but on paper.

Whom tests let in, the members of `demo` and some who really sign up live behind them, sealed as a
sign-up seals it. All that servers say to the tests of this process is searched for them: HTTP
answers, socket packets, pushes, mails, logs, metrics, what commands print, and the cards of others.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import http.client
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any

import aiohttp
from pypdf import PdfReader

from realtime.accounts.homes.actions import settle
from realtime.accounts.homes.model import Dwelling, Sealed, normal_door
from realtime.accounts.model import Home
from realtime.clock import from_millis
from realtime.db import Tx, open_database
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.store import get_member

# Nine digits, and a word with a C that French does not have: neither occurs by chance.
NUMBER = "918273645"
DOOR = "Porte Canariquarante"
HERE = (-1.68, 48.11)
_MARKS = (NUMBER, "anariquarante")
_MARK_BYTES = tuple(mark.encode() for mark in _MARKS)
_TAIL = max(map(len, _MARKS)) - 1

_seen: list[str] = []
_looked = Counter[str]()
# A write function ends within 20 ms.
_CHUNK = 100


def house_behind(tx: Tx, keyring: Keyring, member: Member) -> None:
    """The member's home, with the canary number and door, as a sign-up keeps it."""
    line = f"{NUMBER} {member.street}"
    sealed = Sealed(line, f"35000 {member.city}", DOOR, *HERE)
    home = Home(
        cell=member.home_cell,
        street=member.street,
        city=member.city,
        street_is_neighbourhood=member.street_is_neighbourhood,
    )
    building = keyring.name("building", member.account)
    door = keyring.name("door", member.account, normal_door(DOOR))
    # In the place of the home there is: nobody has moved.
    since = tx.value("SELECT max(since) FROM dwelling WHERE account = :a", a=member.account)
    dwelling = Dwelling(building, door, home, sealed)
    settle(tx, keyring, member.account, dwelling, from_millis(since or 0))


def settle_behind(url: str, open_keyring: Callable[[], Keyring], accounts: Sequence[str]) -> None:
    """Give members of a running server that address."""

    def move(tx: Tx, keyring: Keyring, some: Sequence[str]) -> None:
        for account in some:
            house_behind(tx, keyring, get_member(tx, account))

    async def write() -> None:
        keyring = await asyncio.to_thread(open_keyring)
        db = await asyncio.to_thread(open_database, url)
        for at in range(0, len(accounts), _CHUNK):
            await db.write(move, keyring, accounts[at : at + _CHUNK])
        await db.close()

    # In a thread: whoever asks may be in a loop of their own.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(write())).result()


def look_at_cards(folder: Path) -> None:
    """Search printed cards, and the list of them."""
    for path in folder.glob("*.json"):
        look("exported", path.read_bytes(), str(path))
    for path in folder.glob("*.pdf"):
        look_at_print("exported", path)


def look_at_print(kind: str, path: Path) -> None:
    """Search the words of a PDF."""
    for page in PdfReader(path).pages:
        look(kind, page.extract_text(), str(path))


def look_at_mails(folder: Path) -> None:
    """Search mails as their readers see them: they name no address, not even the reader's own."""
    for path in folder.glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        look_at_mail(mail, str(path))


def look_at_mail(mail: EmailMessage, where: str) -> None:
    look("mail", "\n".join(map(str, mail.values())), where)
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            look("mail", part.get_content(), where)


def look_at_build(folder: Path) -> None:
    """Search the files that browsers get compressed."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".br", ".gz"):
            look("built", path.read_bytes(), str(path))


def look(kind: str, said: str | bytes, where: str) -> None:
    """Search what a server said."""
    _looked[kind] += 1
    marks = _MARK_BYTES if isinstance(said, bytes) else _MARKS
    if any(mark in said for mark in marks):  # type: ignore[operator]
        accuse(f"{kind} {where}")


class Stream:
    """Searches what comes in chunks: a mark may be split between two."""

    def __init__(self) -> None:
        self._tail = b""

    def look(self, kind: str, chunk: bytes, where: str) -> None:
        said = self._tail + chunk
        look(kind, said, where)
        self._tail = said[-_TAIL:]


def accuse(what: str) -> None:
    """Note what was seen, or what hides from being searched."""
    _seen.append(what)


def assert_unseen() -> None:
    """Fail once, naming where the number or the door was seen since this was last asked."""
    found = list(_seen)
    _seen.clear()
    assert found == [], f"a house number left the house: {found}"


def assert_looked(*kinds: str) -> None:
    """Fail when something of these kinds was never searched: a blind watch finds nothing."""
    unsearched = [kind for kind in kinds if not _looked[kind]]
    assert unsearched == [], f"never searched for a house number: {unsearched}"


def watch(patch: Callable[[object, str, object], None]) -> None:
    """Look at all that urllib, http.client and aiohttp receive in this process."""
    patch(http.client.HTTPResponse, "read", _reading(http.client.HTTPResponse.read))
    patch(http.client.HTTPResponse, "begin", _beginning(http.client.HTTPResponse.begin))
    patch(aiohttp.ClientResponse, "start", _started(aiohttp.ClientResponse.start))
    patch(aiohttp.ClientResponse, "read", _answered(aiohttp.ClientResponse.read))
    receive = aiohttp.ClientWebSocketResponse.receive
    patch(aiohttp.ClientWebSocketResponse, "receive", _received(receive))


def _reading(read: Callable[..., bytes]) -> Callable[..., bytes]:
    @wraps(read)
    def watched(self: Any, *given: Any) -> bytes:
        content = read(self, *given)
        look("http", content, f"answer {self.status}")
        return content

    return watched


def _beginning(begin: Callable[[Any], None]) -> Callable[[Any], None]:
    @wraps(begin)
    def watched(self: Any) -> None:
        begin(self)
        look("http", str(self.headers), "headers")

    return watched


def _answered(read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    async def watched(self: aiohttp.ClientResponse) -> bytes:
        content: bytes = await read(self)
        look("http", content, f"{self.method} {self.url.path}")
        return content

    return watched


def _started(start: Callable[..., Any]) -> Callable[..., Any]:
    """Also of what sends a client elsewhere, and of what nobody reads."""

    @wraps(start)
    async def watched(self: aiohttp.ClientResponse, *given: Any) -> aiohttp.ClientResponse:
        await start(self, *given)
        look("http", str(self.headers), f"headers of {self.url.path}")
        return self

    return watched


def _received(receive: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(receive)
    async def watched(self: Any, *given: Any, **named: Any) -> aiohttp.WSMessage:
        message: aiohttp.WSMessage = await receive(self, *given, **named)
        if isinstance(message.data, str | bytes):
            look("socket", message.data, str(message.data)[:120])
        return message

    return watched
