"""Names that pretend: letters of other alphabets that look alike, and offices nobody here holds.

Pure. Unicode TS 39 calls the first mixed-script confusables; a word of one alphabet is fine,
whichever it is.
"""

from __future__ import annotations

import re
import unicodedata

from realtime.errors import Refused
from realtime.members.words import fold

# Who is believed at once; organisations have their own accounts, made by the operator.
_OFFICES = frozenset({
    "admin", "administrateur", "administration", "commissariat", "gendarmerie", "mairie",
    "moderateur", "moderation", "police", "pompiers", "prefecture", "samu",
})  # fmt: skip
# « La Mairie » is the office too; « Amis de la police montée » is not.
_BEFORE = frozenset({"la", "le", "les", "l", "notre", "nos", "votre", "vos", "the", "your", "our"})
# A landing is a good name for a group; the house's own name alone is not.
_HOUSE = "palier"
_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"})
# What joins the parts of one emoji is nothing but that.
_JOINED = re.compile(r"(?<=[^\w\s])\u200d(?=[^\w\s])")
# As they are written to be mistaken.
_LIKE = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"})
_WORD = re.compile(r"\w+")


def require_honest(name: str, field: str) -> None:
    """Refused("confusable_name") for what would be taken for somebody or something else."""
    if not is_honest(name):
        raise Refused("confusable_name", field=field)


def is_honest(name: str) -> bool:
    shown = _JOINED.sub("", name)
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs") for sign in shown):
        return False
    words = _WORD.findall(shown)
    if any(len(_scripts(word) & _ALIKE) > 1 for word in words):
        return False
    plain = [fold(word).translate(_LIKE) for word in words]
    called = next((word for word in plain if word not in _BEFORE), "")
    return plain != [_HOUSE] and called not in _OFFICES


def _scripts(word: str) -> set[str]:
    """LATIN, CYRILLIC, GREEK…: the first word of each letter's name."""
    return {unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha()}
