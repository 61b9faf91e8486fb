"""How people write streets: without accents, shortened, misspelt. Pure.

The index and the question are folded by the same function, so both databases find the same.
"""

from __future__ import annotations

import re
import unicodedata

# Shortened words of French addresses, and what they stand for.
SHORT = {
    "all": "allee", "arr": "arrondissement", "av": "avenue", "ave": "avenue", "bat": "batiment",
    "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard",
    "bvd": "boulevard", "cap": "capitaine", "car": "carrefour", "carr": "carrefour",
    "cdt": "commandant", "ch": "chemin", "che": "chemin", "chem": "chemin", "col": "colonel",
    "cpt": "capitaine", "crs": "cours", "dr": "docteur", "esp": "esplanade", "fbg": "faubourg",
    "fg": "faubourg", "gal": "general", "gen": "general", "ham": "hameau", "imp": "impasse",
    "lt": "lieutenant", "mal": "marechal", "mgr": "monseigneur", "nd": "notre dame",
    "pas": "passage", "pass": "passage", "pdt": "president", "pl": "place", "pr": "professeur",
    "prof": "professeur", "prom": "promenade", "qu": "quai", "res": "residence", "rle": "ruelle",
    "rpt": "rond point", "rte": "route", "sq": "square", "st": "saint", "ste": "sainte",
    "sts": "saints", "vla": "villa", "zi": "zone industrielle",
}  # fmt: skip

# The kinds of street: they tell little, and are often mistaken for one another.
KINDS = frozenset({
    "allee", "avenue", "boulevard", "carrefour", "chemin", "clos", "cour", "cours", "esplanade",
    "faubourg", "hameau", "impasse", "lotissement", "mail", "montee", "passage", "place", "placis",
    "promenade", "quai", "residence", "route", "rue", "ruelle", "sente", "sentier", "square",
    "venelle", "villa", "voie",
})  # fmt: skip

# Words that carry nothing.
LIGHT = frozenset({
    "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sous", "sur",
})  # fmt: skip

SHORTEST_MISSPELT, LONGEST_MISSPELT = 4, 20
"""Under four letters nearly every word is one letter from another; a word of 200 letters, which
nobody's street has, would ask for 20,000 keys."""

LONG = 8
"""From here on two letters may be wrong."""

_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def fold(text: str) -> list[str]:
    """Lower case words without accents; apostrophes, hyphens and all other signs separate."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def spell_out(words: list[str]) -> list[str]:
    """Shortened words in full. A lone `r` is a street only at the beginning."""
    full = []
    for at, word in enumerate(words):
        full.extend(["rue"] if word == "r" and at == 0 else SHORT.get(word, word).split())
    return full


def indexed(*texts: str) -> list[str]:
    """The words under which something called this is found, each once."""
    return list(dict.fromkeys(word for text in texts for word in spell_out(fold(text))))


def can_be_misspelt(word: str) -> bool:
    return SHORTEST_MISSPELT <= len(word) <= LONGEST_MISSPELT and word.isalpha()


def typo_keys(word: str) -> set[str]:
    """The word and what is left of it without one of its letters; in long words, without two.

    Two words one letter apart (one more, one less, another, or two neighbours swapped) share a
    key; that makes a misspelling an index look-up.
    """
    keys = {word, *_without_one(word)}
    if len(word) >= LONG:
        keys.update(fewer for key in _without_one(word) for fewer in _without_one(key))
    return keys


def _without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def is_near(asked: str, word: str) -> bool:
    """Whether one may be meant by the other: one letter apart, two in long words."""
    most = 2 if len(asked) >= LONG and len(word) >= LONG else 1
    return distance(asked, word, most) <= most


def distance(one: str, other: str, most: int) -> int:
    """Letters put in, left out, changed or swapped with their neighbour; `most` + 1 is "more"."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
