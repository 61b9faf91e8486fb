"""The sentence a person reads for each refusal, in French and in English.

French typography: U+202F before ; ! ?, U+00A0 before a colon and inside « ». `{name}` takes the
refusal's own fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["fr", "en"]

SENTENCES: dict[str, tuple[str, str]] = {
    "invalid": (
        "Quelque chose manque ou n’a pas la bonne forme.",
        "Something is missing or not in the right form.",
    ),
    "unknown_command": ("Cette action n’existe pas ici.", "There is no such action here."),
    "not_signed_in": ("Connectez-vous pour continuer.", "Sign in to go on."),
    "wrong_credentials": (
        "L’adresse e-mail ou le mot de passe ne correspond pas.",
        "The e-mail or the password does not match.",
    ),
    "rate": (
        "Doucement\u00a0: envoi possible dans {retry_after} s.",
        "Slow down: you can send in {retry_after} s.",
    ),
    "busy": (
        "Le serveur est très occupé. Réessayez dans un instant.",
        "The server is very busy. Try again in a moment.",
    ),
    "storage": (
        "Rien n’a été enregistré\u00a0: le serveur manque de place ou de réseau. Réessayez.",
        "Nothing was saved: the server lacks room or network. Try again.",
    ),
    "fault": (
        "Une erreur de notre côté. Rien n’est perdu, réessayez.",
        "A mistake on our side. Nothing is lost, try again.",
    ),
    "visitor": (
        "Vous pourrez écrire dès que votre adresse sera confirmée.",
        "You can write as soon as your address is confirmed.",
    ),
    "expired": (
        "Votre visite est finie. Confirmez votre adresse pour revenir.",
        "Your visit is over. Confirm your address to come back.",
    ),
    "street": (
        "Votre rue s’ouvre avec la carte ou deux voisins.",
        "The card or two neighbours open your street.",
    ),
    "not_allowed": (
        "Votre confirmation d’adresse ne permet pas encore cela.",
        "Your address confirmation does not allow this yet.",
    ),
    "not_found": ("Ce contenu n’est plus là.", "This is no longer here."),
    "moved": (
        "Vous avez changé d’adresse depuis. Relisez avant d’envoyer.",
        "You have moved since. Read again before sending.",
    ),
    "key_reused": (
        "Ce message a déjà été envoyé sous une autre forme.",
        "This message was already sent in another form.",
    ),
    "origin": (
        "Cette page n’est pas la nôtre.",
        "This page is not ours.",
    ),
}


def message_of(code: str, language: str, fields: Mapping[str, object] | None = None) -> str:
    """The sentence for a code; unknown codes read as a fault so that nobody sees a bare code."""
    french, english = SENTENCES.get(code, SENTENCES["fault"])
    sentence = english if language == "en" else french
    return sentence.format(**fields) if fields else sentence.replace(" {retry_after} s", "")
