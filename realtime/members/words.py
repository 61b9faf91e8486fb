"""Words as they are compared when somebody looks for them: without accents or case. Pure."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'"})


def fold(text: str) -> str:
    """Lower case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
