"""Names made to be taken for a neighbour's: other letters that look the same. Pure.

True namesakes are welcome: a name written the same is nobody's trick. Who cannot read the street,
where names stand in full, is never compared with its residents: a refusal would tell who lives
there. They are compared once the street opens to them, before they are let in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from realtime.members.words import fold

# Unicode TS 39's confusables, those of names: what looks like a Latin letter to a hurried eye.
_SAME = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухіјѕԁɡһкмтвнΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεορυικτνβ01345@$",
    "ABESlJKMHOPCTYXaeopcyxijsdghkmtbhABEZHlKMNOPTYXaeopuiktvboleasas",
)
_WORD = re.compile(r"[\w@$]+")
_ORDINAL = re.compile(r"\d+(e|er|ere|eme|nd|nde|bis|ter)?")
# A number after a name is a number: only one that a letter follows stands for a letter.
_DRESSED = re.compile(r"[0134578@$][a-z]")
_SIGNS = re.compile(r"[\W_]+")


def is_dressed_up(name: str) -> bool:
    """Digits and signs in the place of letters: « G0ff », « Cam1lle »; not « 3e étage »."""
    words = _WORD.findall(fold(name))
    return any(_DRESSED.search(word) and not _ORDINAL.fullmatch(word) for word in words)


def looks_like(name: str, others: Iterable[str]) -> bool:
    """Whether the name would be read as one of the others, and is not written as it is."""
    own, written = _seen(name), _written(name)
    return any(_seen(other) == own and _written(other) != written for other in others)


def _seen(name: str) -> str:
    """What a hurried eye makes of it."""
    alike = name.translate(_SAME).replace("I", "l").replace("|", "l")
    plain = fold(alike).replace("rn", "m").replace("vv", "w")
    return _SIGNS.sub("", plain).replace("i", "l")


def _written(name: str) -> str:
    """Accents, case, hyphens and spaces are nobody's disguise."""
    return _SIGNS.sub("", fold(name))
