"""The act, not the person: what is refused, and what must pass."""

from __future__ import annotations

import pytest

from realtime.alerts.filter import notice, require_act
from realtime.errors import Refused

PASSES = [
    "Chat noir et blanc, collier rouge, très gentil",
    "Berger allemand perdu, type labrador noir",
    "Vélo de couleur rouge et noire",
    "Un homme en manteau noir est entré dans la cour",
    "Vélo noir volé devant la boulangerie, antivol coupé",
    "Fuite de gaz, appelez le 18 ou le 112",
    "Deux personnes en veste noire ont forcé la porte",
    "Restaurant chinois fermé, coupure d’eau",
    "Chatte européenne blanche, puce 250269812345678",
    "Un couple a perdu son chien noir rue de Brest",
    "Vélo d’une valeur de 800 euros",
    "Mon chat roux s’est sauvé le 12 11 2026 à 10 h",
    "Des jeunes ont cassé la vitre de l’abribus",
    "Man in a black coat broke the window",
    "sa robe de couleur crème",
    "Camionnette blanche, deux hommes vendent des calendriers",
    "Jeune chienne blanche très craintive",
    "La rue d’Algérie est fermée",
]
REFUSED = [
    ("Un homme noir rôde", "origin", "homme noir"),
    ("deux individus de type maghrébin", "origin", "type maghrébin"),
    ("Des gens du voyage sont là", "origin", "gens du voyage"),
    ("Un jeune, arabe, a volé", "origin", "jeune, arabe"),
    ("homme d’apparence africaine", "origin", "homme d’apparence africaine"),
    ("personne de couleur", "origin", "personne de couleur"),
    ("femme voilée", "origin", "femme voilée"),
    ("a black man at the door", "origin", "black man"),
    ("Voiture AB-123-CD grise", "plate", "AB-123-CD"),
    ("voiture AB 123 CD", "plate", "AB 123 CD"),
    ("fourgon 1234 AB 35", "plate", "1234 AB 35"),
    ("Appelez-moi au 06 12 34 56 78", "phone", "06 12 34 56 78"),
    ("tel +33 6 12 34 56 78", "phone", "+33 6 12 34 56 78"),
    ("06.12.34.56.78", "phone", "06.12.34.56.78"),
    ("écrivez à moi@exemple.fr", "phone", "moi@exemple.fr"),
    ("Récompense 200 €", "reward", "Récompense"),
    ("100 euros à qui le ramène", "reward", "100 euros à qui"),
    ("voici la photo du voleur", "face", "photo du voleur"),
]


@pytest.mark.parametrize("text", PASSES)
def test_acts_animals_and_clothes_pass(text: str) -> None:
    assert notice(text) is None


@pytest.mark.parametrize(("text", "reason", "words"), REFUSED)
def test_what_accuses_is_noticed_in_its_own_words(text: str, reason: str, words: str) -> None:
    assert notice(text) == (reason, words)


def test_a_refusal_names_the_field_and_the_words() -> None:
    with pytest.raises(Refused) as refusal:
        require_act({"title": "Vol", "body": "Un homme noir"})
    assert refusal.value.code == "filter"
    assert refusal.value.fields == {"field": "body", "reason": "origin", "words": "homme noir"}


def test_each_reason_has_its_own_sentence() -> None:
    with pytest.raises(Refused) as refusal:
        require_act({"title": "AB-123-CD"})
    assert refusal.value.code == "filter_plate"
