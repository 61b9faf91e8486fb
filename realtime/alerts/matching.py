"""Lost and found may be the same animal: species, colour, date and place. Pure."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from realtime.alerts.kinds import KINDS
from realtime.alerts.model import Alert

LOST = tuple(name for name, kind in KINDS.items() if kind.species is not None)
FOUND = "found_pet"
# A clock or a memory may be a day wrong: found "before" it was lost.
SLACK = timedelta(days=1)

_SPECIES = {
    "cat": {"cat", "cats", "kitten", "chat", "chatte", "chaton"},
    "dog": {"dog", "dogs", "puppy", "chien", "chienne", "chiot"},
}
_COLOURS = {
    "black": "noir",
    "white": "blanc",
    "grey": "gris",
    "gray": "gris",
    "ginger": "roux",
    "orange": "roux",
    "red": "roux",
    "rousse": "roux",
    "brown": "marron",
    "brun": "marron",
    "chocolat": "marron",
    "tabby": "tigre",
    "striped": "tigre",
    "beige": "creme",
    "cream": "creme",
    "sable": "creme",
    "fauve": "creme",
    "noire": "noir",
    "blanche": "blanc",
    "grise": "gris",
    "brune": "marron",
}


def may_be_same(lost: Alert, found: Alert) -> bool:
    """Both name the species, their colours do not contradict, found not before it was lost."""
    return (
        species_of(lost) is not None
        and species_of(lost) == species_of(found)
        and found.occurred_at >= lost.occurred_at - SLACK
        and _agree(colours_of(lost), colours_of(found))
        and lost.author != found.author
    )


def species_of(alert: Alert) -> str | None:
    """By the kind, else by the first word that names one."""
    if alert.row.species is not None:
        return alert.row.species
    words = _plain(str(alert.details.get("species") or "")).split()
    for word in words:
        for species, names in _SPECIES.items():
            if word in names:
                return species
    return words[0] if words else None


def colours_of(alert: Alert) -> frozenset[str]:
    given = alert.details.get("colours")
    texts = given if isinstance(given, list) else []
    return frozenset(
        _colour(word) for text in texts for word in _plain(str(text)).split() if len(word) > 2
    )


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not other or not one.isdisjoint(other)


def _colour(word: str) -> str:
    """One word for black, noire and noirs; "tigrée" is "tigre"."""
    if word not in ("gris", "roux"):
        word = word.rstrip("s")
    if word.endswith("ee"):
        word = word[:-1]
    return _COLOURS.get(word, word)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    letters = (one for one in decomposed if not unicodedata.combining(one))
    return "".join(one if one.isalpha() else " " for one in letters)
