"""How words are folded so that "perdu" finds « perdus » and "reunion" finds « réunion ». Pure.

The index and the question pass through the same function, so both databases find the same and a
word that is cut oddly is cut oddly on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 40
MOST_ASKED = 8
_WORD = re.compile(r"[^\W_]+")
# Combining accents of Latin, Greek and Cyrillic, what NFKD takes a letter apart into.
_MARKS = re.compile(r"[\u0300-\u036f]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_OWN_PLURALS = {"travaux": "travail", "vitraux": "vitrail", "yeux": "oeil", "cieux": "ciel"}
_SHORTEST_CUT = 4


def fold(text: str) -> list[str]:
    """Every word of the text once, in its order: plain letters, singular."""
    plain = text.lower()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain.translate(_LIGATURES)))
    return list(dict.fromkeys(map(_singular, _WORD.findall(plain))))


@lru_cache(maxsize=20_000)
def _singular(word: str) -> str:
    """« journaux » is « journal », « bateaux » « bateau », « perdues » « perdu »."""
    word = word[:LONGEST]
    if len(word) < _SHORTEST_CUT or not word.isalpha():
        return word
    if word in _OWN_PLURALS:
        return _OWN_PLURALS[word]
    if word.endswith("aux") and len(word) > _SHORTEST_CUT:
        return word[:-1] if word.endswith("eaux") else f"{word[:-3]}al"
    if word[-1] in "sx":
        word = word[:-1]
    # « perdue », « trouvée », « partie »: said of a cat or of a she-cat.
    return word[:-1] if len(word) > _SHORTEST_CUT and word[-2:] in ("ee", "ue", "ie") else word


# A question of other words leaves these out: they are in every message.
_LIGHT = (
    "a au aux avec ce ces d dans de des du elle en est et eux il j je l la le les leur leurs lui m"
    " ma mais me mes moi mon n ne nos notre nous on ou par pas pour qu que qui s sa sans se ses si"
    " son sur t ta te tes toi ton tu un une vos votre vous y the of to and in is it for you"
)
LIGHT = frozenset(fold(_LIGHT))


def asked(text: str) -> list[str]:
    """The words to look for: without the light ones, unless there are no others."""
    words = fold(text)
    return ([word for word in words if word not in LIGHT] or words)[:MOST_ASKED]


def of_topic(topic: str) -> str:
    """The word under which every message of a topic stands."""
    return f"t:{topic.lower()}"


def of_author(account: str) -> str:
    return f"a:{account}"


def of_conversation(conversation: str) -> str:
    return f"c:{conversation.lower()}"


def of_week(at: int) -> str:
    """PostgreSQL looks at the newest weeks first: its index knows no order."""
    return f"w:{at // _WEEK}"


def weeks(newest: int, count: int) -> list[str]:
    return [of_week(newest - back * _WEEK) for back in range(count)]


_WEEK = 7 * 86_400_000
