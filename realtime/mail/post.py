"""Where mails go: an SMTP server, or a folder of .eml files for trials."""

from __future__ import annotations

import asyncio
import os
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from realtime.clock import Clock
from realtime.mail.letter import Letter, written

PATIENCE_SECONDS = 20
_STARTTLS = {"smtp": None, "smtp+starttls": True, "smtps": False}
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Post(Protocol):
    async def send(self, letter: Letter) -> None:
        """Returns when the mail is accepted; raises otherwise, and may be tried again."""
        ...


class SmtpPost:
    """`smtp://`, `smtp+starttls://` (refuses plain text) or `smtps://[name:password@]host[:port]`."""

    def __init__(self, url: str, sender: str, origin: str, clock: Clock) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._name = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender, self._origin, self._clock = sender, origin, clock

    async def send(self, letter: Letter) -> None:
        mail = await asyncio.to_thread(
            written, letter, self._sender, self._origin, self._clock.now()
        )
        await aiosmtplib.send(
            mail,
            hostname=self._host,
            port=self._port,
            username=self._name,
            password=self._password,
            use_tls=self._scheme == "smtps",
            # None: whenever the server offers it.
            start_tls=_STARTTLS[self._scheme],
            timeout=PATIENCE_SECONDS,
        )


class FolderPost:
    """One file a mail, named by time: the newest is the last."""

    def __init__(self, folder: Path, sender: str, origin: str, clock: Clock) -> None:
        self.folder = folder
        self._sender, self._origin, self._clock = sender, origin, clock

    async def send(self, letter: Letter) -> None:
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: Letter) -> None:
        now = self._clock.now()
        # Unbroken lines: a link can be copied from the file as it stands.
        mail: EmailMessage = written(letter, self._sender, self._origin, now, coding="8bit")
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{now:%Y%m%dT%H%M%S.%f}-{letter.template}-{os.urandom(2).hex()}.eml"
        part = self.folder / f".{name}.part"
        part.write_bytes(mail.as_bytes())
        part.rename(self.folder / name)


def open_post(smtp_url: str, data_dir: Path, sender: str, origin: str, clock: Clock) -> Post:
    if smtp_url:
        return SmtpPost(smtp_url, sender, origin, clock)
    return FolderPost(data_dir / "mail", sender, origin, clock)
