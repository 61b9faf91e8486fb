"""What a poster says, in its author's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from realtime.alerts.model import Alert

KINDS = {
    "lost_cat": ("Chat perdu", "Lost cat"),
    "lost_dog": ("Chien perdu", "Lost dog"),
    "found_pet": ("Animal trouvé", "Found pet"),
    "lost_found_object": ("Objet perdu ou trouvé", "Lost or found"),
}
_FACTS = {
    "species": ("Animal", "Animal"),
    "colours": ("Couleurs", "Colours"),
    "sex": ("Sexe", "Sex"),
    "coat": ("Pelage", "Coat"),
    "collar": ("Collier", "Collar"),
}
_SEEN = ("Vous l’avez vu\u202f?", "Have you seen it?")
_HOW = (
    "Visez ce code\u00a0: la page dit où il en est, et prévient sa famille.",
    "Scan this code: the page knows the latest, and tells the family.",
)
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


def poster_of(alert: Alert, language: str, origin: str, zone: str) -> Mapping[str, object]:
    """The fields of poster.typ, the day as in `zone`; no place finer than what its readers stand
    on.
    """
    at = 1 if language == "en" else 0
    return {
        "language": language,
        "kind": KINDS[alert.kind][at],
        "title": alert.title,
        "body": alert.body[:300],
        "facts": facts_of(alert, language),
        "since": _since(alert.occurred_at.astimezone(ZoneInfo(zone)), language),
        "seen": _SEEN[at],
        "how": _HOW[at],
        "page": f"{origin}/a/{alert.id}",
        "address": f"{origin.split('://', 1)[1]}/a/{alert.id}",
    }


def _since(day: datetime, language: str) -> str:
    if language == "en":
        return f"Since {day.day} {day:%B}"
    return f"Depuis le {'1er' if day.day == 1 else day.day}\u00a0{_MONTHS[day.month - 1]}"


def facts_of(alert: Alert, language: str) -> list[tuple[str, str]]:
    """Each with its label, colon and all."""
    at = 1 if language == "en" else 0
    colon = ("\u00a0:", ":")[at]
    found = []
    for name, labels in _FACTS.items():
        value = alert.details.get(name)
        if isinstance(value, list):
            value = ", ".join(map(str, value))
        if isinstance(value, str) and value:
            found.append((labels[at] + colon, value))
    return found
