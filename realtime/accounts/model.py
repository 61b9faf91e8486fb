"""What an account is before it is kept, and what may be an e-mail or a password. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from realtime.errors import Refused

# One @, a name with a dot after it, nothing that breaks a header. Only the mail proves more.
_EMAIL = re.compile(r"[^\s@<>\"'(),:;\\\[\]]{1,64}@(?:[^\W_][\w-]{0,62}\.)+[^\W\d_][\w-]{1,62}")
_LONGEST_EMAIL = 254
_LABEL_CHARACTERS = 80


class Candidate(NamedTuple):
    """An account that a sign-in may mean."""

    account: str
    password_hash: str


class OpenSession(NamedTuple):
    """A sign-in as its owner sees it in the list of devices. Times in milliseconds."""

    id: str
    label: str
    created_at: int
    seen_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home as members keep it: no number, no position finer than its cell."""

    cell: str
    street: str
    city: str
    street_is_neighbourhood: bool


def email_of(text: str) -> str:
    """The e-mail in the one form we compare and store, or Refused("invalid")."""
    email = unicodedata.normalize("NFC", text.strip()).lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Refused("invalid", field="email")
    return email


def label_of(user_agent: str) -> str:
    """How a device is called in the list of sessions: "Firefox, Linux" says enough to know it."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)[:_LABEL_CHARACTERS] or "?"


# The first mark that is found wins: Edge and Opera also call themselves Chrome, Chrome also Safari.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def is_guessable(password: str, email: str, name: str) -> bool:
    """Made of the person's own names, of one character, a row of keys or a well-known phrase."""
    plain = password.casefold()
    own = [email, email.partition("@")[0], name.casefold()]
    if any(word and plain.strip("0123456789!?.- ") == word for word in own):
        return True
    return len(set(plain)) < 4 or any(plain in row or plain in row[::-1] for row in _ROWS)


_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "passwordpassword",
    "password1234567890",
    "motdepassemotdepasse",
    "motdepasse1234567890",
    "azertyuiop1234567890",
    "qwertyuiop1234567890",
    "jetaimejetaime",
    "iloveyouiloveyou",
)
