"""A mail to one person: a template in their language, filled in. Plain text, no tracking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Letter:
    """What to say to whom. The first line of a template is the subject."""

    to: str
    language: str
    template: str
    fields: Mapping[str, str] = field(default_factory=dict)


def templates(language: str) -> list[str]:
    return sorted(path.stem for path in (_TEMPLATES / language).glob("*.txt"))


def written(
    letter: Letter, sender: str, origin: str, now: datetime, *, coding: str = "quoted-printable"
) -> EmailMessage:
    """The mail as it goes out (RFC 5322). Header fields cannot hold a line break."""
    text = _environment().get_template(f"{letter.language}/{letter.template}.txt")
    subject, _, body = text.render(letter.fields, origin=origin, operator=sender).partition("\n")
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = Address("Palier", addr_spec=sender)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=urlsplit(origin).hostname or "localhost")
    # RFC 3834: holiday answers stay away.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body.lstrip("\n"), cte=coding)
    return mail


@cache
def _environment() -> Environment:
    # Plain text: nothing to escape, and a field that is missing must not go out as nothing.
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        keep_trailing_newline=True,
    )
