"""Mails: written in both languages, taken by a real SMTP server, or left in a folder."""

from __future__ import annotations

import asyncio
import email
import email.policy

import pytest
from aiosmtplib import SMTPException

from realtime.clock import Clock
from realtime.mail import FolderPost, Letter, SmtpPost, open_post
from realtime.mail.letter import LANGUAGES, templates, written
from tests.support.letter_box import letter_box

LINK = "https://palier.example.org/confirmer#t0ken"
ORIGIN = "https://palier.example.org"
SENDER = "mairie@example.org"


@pytest.fixture
def inbox():
    with letter_box() as box:
        yield box


EVERY_FIELD = {
    "link": LINK,
    "title": "Vélo volé",
    "kind": "theft",
    "raised_at": "2026-11-23T10:00:00.000Z",
    "body": "Cadre vert, rue de la Chaussée.",
    "heading": "Danger\u00a0: On force une porte",
    "zone": "Zone de 300\u00a0m qui couvre votre rue.",
    "items": "- Moustache a disparu",
    "service": "https://web.push.apple.com",
    "health": "https://palier.example.org/metrics",
    "number": "7KQ4-M2ZP",
    "object": "01J00000000000000000000000",
    "reason": "spam",
    "note": "Tous les soirs",
    "snapshot": "{}",
    "reporter": "0123456789abcdef0123",
    "households": "2",
    "at": "2026-11-23T10:00:00.000Z",
}


def letter(**changed):
    return Letter(**{"to": "ada@example.org", "language": "fr", "template": "confirm",
                     "fields": {"link": LINK}, **changed})  # fmt: skip


async def test_a_mail_reaches_a_real_smtp_server(inbox):
    await SmtpPost(inbox.url, SENDER, ORIGIN, Clock()).send(letter())

    ((to, mail),) = inbox.mails
    assert to == ["ada@example.org"]
    assert mail["From"] == "Palier <mairie@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Confirmez votre adresse e-mail"
    assert LINK in mail.get_content()


async def test_a_mail_that_is_not_accepted_raises(inbox):
    inbox.refuses = True
    with pytest.raises(SMTPException):
        await SmtpPost(inbox.url, SENDER, ORIGIN, Clock()).send(letter())


async def test_without_smtp_mails_lie_in_a_folder(tmp_path):
    post = open_post("", tmp_path, SENDER, ORIGIN, Clock())
    assert isinstance(post, FolderPost)

    await asyncio.gather(*(post.send(letter(language=language)) for language in LANGUAGES))

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    subjects = {
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["Subject"]
        for file in files
    }
    assert subjects == {"Confirmez votre adresse e-mail", "Confirm your e-mail"}


def test_every_template_exists_in_every_language_and_renders():
    names = templates("fr")
    assert names == templates("en")
    for language in LANGUAGES:
        for name in names:
            asked = letter(language=language, template=name, fields=EVERY_FIELD)
            mail = written(asked, SENDER, ORIGIN, Clock().now())
            assert mail["Subject"]
            assert SENDER in mail.get_content()


def test_a_missing_field_is_a_fault_of_ours_not_an_empty_place():
    with pytest.raises(Exception, match="undefined"):
        written(letter(fields={}), SENDER, ORIGIN, Clock().now())


def test_an_address_cannot_smuggle_a_header():
    with pytest.raises(ValueError):  # noqa: PT011
        written(letter(to="ada@example.org\nBcc: all@example.org"), SENDER, ORIGIN, Clock().now())
