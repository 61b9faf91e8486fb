"""Describe the act, not the person: what an alert may not say, with the words that were noticed.

A refusal is explained and never silent. The lists are short on purpose: they stop what harms
(origin, plates, rewards, phone numbers, hunts for a face), and a breed or a street is no origin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from realtime.errors import Refused


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


# Said of a person, these accuse by origin; said of a cat or a door they do not.
_PEOPLE = _words(
    "homme femme individu personne gens mec gars jeune ado enfant garcon fille monsieur dame "
    "couple bande groupe voleur voleuse cambrioleur suspect rodeur demarcheur vendeur conducteur "
    "livreur squatteur famille accent apparence "
    "man men woman women guy person people male female kid youth teen boy girl thief burglar "
    "suspect gang driver couple looking"
)
_ORIGINS = _words(
    "noir black blanc white arabe arab maghrebin africain african antillais asiatique asian "
    "chinois chinese indien indian pakistanais turc turkish roumain romanian bulgare bulgarian "
    "albanais albanian polonais polish russe russian kurde kurdish afghan syrien syrian algerien "
    "algerian marocain moroccan tunisien tunisian senegalais malien etranger foreign foreigner "
    "foreigners basane typee type metis colored coloured musulman muslim juif jewish voile "
    "europeen european caucasien caucasian latino hispanic mediterraneen"
)
# Said of people only, whatever stands beside them.
_ALWAYS = _words(
    "maghrebin romanichel manouche gitan gitane tzigane bougnoule negre negro beur rebeu renoi "
    "sans-papiers gypsy gypsies"
)
_PHRASES = (
    r"gens du voyage",
    r"(?:personne|homme|femme|gens|jeune|individu|type|enfant)s? de couleur",
    r"\b(?:un|des|deux|trois) types? (?:noir|arabe|blanc|basane|metis)s?",
    r"type (?:nord[- ]africain|europeen|maghrebin|africain|asiatique|mediterraneen)",
    r"(?:un|une|des|deux|trois|quatre|les|ces|l')\s?(?:arabes?|roms?|noirs?|noires?)"
    r"(?= (?:a|ont|rode|rodent|est|sont|qui|vol|dans|au|devant)\b)",
)
_PEOPLE_WORDS = frozenset(_PEOPLE) | {word + "s" for word in _PEOPLE}
_ORIGIN_WORDS = (
    frozenset(_ORIGINS)
    | {word + "s" for word in _ORIGINS}
    | {word + "e" for word in _ORIGINS}
    | {word + "es" for word in _ORIGINS}
    | {"blanche", "blanches", "turque", "turques", "grecque", "africaine", "indienne"}
    | {"algerienne", "tunisienne", "syrienne", "europeenne", "juive", "metisse", "voilee"}
) - {"type", "types", "typee"}
_ALWAYS_WORDS = frozenset(_ALWAYS) | {word + "s" for word in _ALWAYS} | {"maghrebine"}
# How many words may stand between the person and the origin: "un homme grand, assez noir".
_BETWEEN = 3
# A colour after clothes is a description of clothes: "un homme en manteau noir".
_WORN = frozenset(
    _words(
        "veste manteau blouson pull sweat capuche casquette bonnet pantalon jean jogging tenue "
        "habille habillee vetu vetue chaussures baskets sac masque lunettes gants voiture "
        "camionnette fourgon camion van car moto scooter velo jacket coat hoodie "
        "cap hat shirt trousers jeans shoes bag mask dressed wearing bike in en gilet "
        "chemise robe t-shirt tee-shirt "
        "chat chien chatte chienne cat dog cheveux barbe hair beard"
    )
)
_PLATE = re.compile(
    r"\b[A-HJ-NP-TV-Z]{2}[ .-]?\d{3}[ .-]?[A-HJ-NP-TV-Z]{2}\b"
    r"|\b\d{2,4} [A-HJ-NP-TV-Z]{2,3} (?:\d{2}|2[AB])\b"
)
_PHONE = re.compile(
    r"(?<![\d.,])(?:\+|00)\d{1,3}(?:[ .-]?\(?\d\)?)(?:[ .-]?\d{2}){4}(?!\d)"
    r"|(?<![\d.,])0[1-9](?:[ .-]?\d{2}){4}(?!\d)"
    r"|[\w.+-]+@[\w-]+\.[a-z]{2,}"
)
_REWARD = re.compile(
    r"recompens\w*|\brewards?\b|\bprime de \d"
    r"|\d+ ?(?:€|euros?) (?:a|pour) (?:qui|celui|celle|toute|ceux)|contre remuneration"
)
_FACE = re.compile(
    r"(?:photo|video|image|visage|portrait|tete|picture|face)s? (?:du|de la|de l'|de cet|de ce|des|"
    r"d'un|d'une|de son|of the|of this|of a) ?(?:\w+ )?"
    r"(?:voleu\w+|individus?|suspects?|cambrioleu\w+|homme|femme|personne|type|mec|thief|man|woman|"
    r"suspect|burglar|visage)"
    r"|(?:son|leur|leurs|his|her|their) (?:visages?|faces?)\b"
)


class Noticed(NamedTuple):
    """Why, and the words as they were written."""

    reason: str
    words: str


def require_act(texts: Mapping[str, str | None]) -> None:
    """Refused("filter…", field, words) for the first text that describes a person, not an act."""
    for field, text in texts.items():
        noticed = notice(text) if text else None
        if noticed is not None:
            code = "filter" if noticed.reason == "origin" else f"filter_{noticed.reason}"
            raise Refused(code, field=field, reason=noticed.reason, words=noticed.words)


def notice(text: str) -> Noticed | None:
    """The first thing in a text that may not stand there."""
    plain, places = _plain(text)
    for reason, pattern, subject in (
        ("phone", _PHONE, plain),
        ("plate", _PLATE, _same_length(text)),
        ("reward", _REWARD, plain),
        ("face", _FACE, plain),
    ):
        found = pattern.search(subject)
        if found:
            return Noticed(reason, _written(text, places, *found.span(), raw=subject is not plain))
    span = _origin(plain)
    return None if span is None else Noticed("origin", _written(text, places, *span, raw=False))


def _origin(plain: str) -> tuple[int, int] | None:
    for phrase in _PHRASES:
        found = re.search(phrase, plain)
        if found:
            return found.span()
    words = [(match[0], *match.span()) for match in re.finditer(r"[a-z][a-z-]*", plain)]
    for at, (word, start, end) in enumerate(words):
        if word in _ALWAYS_WORDS:
            return start, end
        if word not in _ORIGIN_WORDS:
            continue
        before = words[max(0, at - _BETWEEN - 1) : at]
        after = words[at + 1 : at + 3]
        if before and any(one in _WORN for one, _, _ in before):
            continue
        near = [one for one in (*before, *after) if one[0] in _PEOPLE_WORDS]
        if near:
            return min(start, near[0][1]), max(end, near[0][2])
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """Lower case without accents, and for each of its characters where it stood."""
    plain: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text.replace("’", "'")):
        for one in unicodedata.normalize("NFKD", character).lower():
            if not unicodedata.combining(one):
                plain.append(" " if one.isspace() else one)
                places.append(at)
    return "".join(plain), places


def _same_length(text: str) -> str:
    """Dashes and spaces of every kind as the plain ones, one for one."""
    return "".join(
        " " if one.isspace() else "-" if unicodedata.category(one) == "Pd" else one for one in text
    )


def _written(text: str, places: list[int], start: int, end: int, *, raw: bool) -> str:
    if raw:
        return text[start:end]
    return text[places[start] : places[end - 1] + 1]
