"""Words as they are compared when somebody looks for them: without accents or case. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'"})


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case, no accents, single spaces. Kept: a ring's names are compared at every look."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
