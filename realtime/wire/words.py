"""The sentence a person reads for each refusal, in French and in English.

French typography: U+202F before ; ! ?, U+00A0 before a colon and inside « ». `{name}` takes the
refusal's own fields; `code.reason` and `code.one` say it for one `reason` and for a count of 1.
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
    "not_author": (
        "Seul son auteur peut changer ce message.",
        "Only its author can change this message.",
    ),
    "edited_too_late": (
        "Un message se corrige pendant 24\u00a0heures. Vous pouvez encore le supprimer.",
        "A message can be corrected for 24 hours. You can still delete it.",
    ),
    "not_moderator": (
        "Cela revient à qui anime le groupe.",
        "That is for those who run the group.",
    ),
    "too_many_groups": (
        "{most}\u00a0groupes au plus. Quittez-en un d’abord.",
        "{most} groups at most. Leave one first.",
    ),
    "slow_mode": (
        "Ici chacun attend entre deux messages\u00a0: encore {retry_after}\u00a0s.",
        "Here everybody waits between two messages: {retry_after} s more.",
    ),
    "confusable_name": (
        "Ce nom peut passer pour un autre. Choisissez-en un plus simple.",
        "This name may be taken for another. Choose a plainer one.",
    ),
    "new_member": (
        "La première semaine, un seul groupe. Faites déjà vivre celui-ci.",
        "One group in your first week. Let this one grow first.",
    ),
    "request_quota": (
        "{most}\u00a0nouvelles demandes par jour. Réessayez demain.",
        "{most} new requests a day. Try again tomorrow.",
    ),
    "request_waits": (
        "Votre premier message est parti. La suite quand on vous aura répondu.",
        "Your first message is there. You can go on once it is answered.",
    ),
    "key_reused": (
        "Ce message a déjà été envoyé sous une autre forme.",
        "This message was already sent in another form.",
    ),
    "filter": (
        "Décrivez l’acte, pas la personne. Relevé\u00a0: «\u00a0{words}\u00a0». "
        "L’origine accuse à tort et n’aide pas.",
        "Describe the act, not the person. Noticed: “{words}”. Origin accuses wrongly.",
    ),
    "filter_plate": (
        "Pas de plaque ici\u00a0: «\u00a0{words}\u00a0». Donnez-la à la police, au 17.",
        "No number plates here: “{words}”. Give it to the police.",
    ),
    "filter_phone": (
        "Pas de numéro ni d’e-mail\u00a0: «\u00a0{words}\u00a0». Palier vous met en relation.",
        "No phone number or e-mail: “{words}”. Palier puts you in touch.",
    ),
    "filter_reward": (
        "Pas de récompense\u00a0: «\u00a0{words}\u00a0». Elle attire les escrocs.",
        "No rewards: “{words}”. They attract swindlers.",
    ),
    "filter_face": (
        "Pas de visage\u00a0: «\u00a0{words}\u00a0». Confiez les images à la police.",
        "No faces: “{words}”. Leave pictures to the police.",
    ),
    "quota": (
        "Alertes lancées par votre foyer\u00a0: {raised}. La prochaine\u00a0: "
        "dans {hours}\u00a0h. En danger\u00a0: 17, 18, 112.",
        "Alerts raised by your household: {raised}. Next: in {hours} h. In danger: 112.",
    ),
    "quota_sightings": (
        "Vous avez déjà beaucoup signalé pour cette alerte.",
        "You have already reported a lot for this alert.",
    ),
    "too_far_from_home": (
        "C’est trop loin de chez vous pour prévenir les voisins de là-bas.",
        "This is too far from your home to tell the neighbours there.",
    ),
    "too_far_from_alert": (
        "C’est trop loin du lieu de l’alerte.",
        "This is too far from where it happened.",
    ),
    "area_too_large": (
        "Cette zone est trop grande\u00a0: {radius_m}\u00a0m au plus.",
        "This area is too large: {radius_m} m at most.",
    ),
    "alert_closed": (
        "Cette alerte est terminée.",
        "This alert is over.",
    ),
    "too_late": (
        "Les deux minutes sont passées. Indiquez plutôt que c’est terminé.",
        "The two minutes are over. Say that it is over instead.",
    ),
    "own_alert": (
        "C’est l’alerte de votre foyer\u00a0: d’autres la jugeront.",
        "It is your household’s alert: others will judge it.",
    ),
    "outside_territory": (
        "C’est hors du territoire de votre organisation.",
        "This lies outside your organisation’s territory.",
    ),
    "announcement_closed": (
        "Cette annonce n’est plus affichée.",
        "This announcement is no longer shown.",
    ),
    "too_many_pets": (
        "{most}\u00a0fiches au plus. Supprimez-en une d’abord.",
        "{most} cards at most. Delete one first.",
    ),
    "not_an_image": (
        "Ce fichier n’est pas une photo que nous lisons (JPEG, PNG ou WebP).",
        "This file is not a photo we can read (JPEG, PNG or WebP).",
    ),
    "too_many_pixels": (
        "Cette photo est trop grande\u00a0: 24\u00a0millions de points au plus.",
        "This photo is too large: 24 million pixels at most.",
    ),
    "photo_unknown": (
        "Cette photo n’est plus là. Ajoutez-la de nouveau.",
        "This photo is no longer here. Add it again.",
    ),
    "origin": ("Cette page n’est pas la nôtre.", "This page is not ours."),
    "method": ("Cette page ne répond pas à cela.", "This page does not answer to that."),
    "too_slow": (
        "L’envoi a pris trop de temps. Réessayez.",
        "Sending took too long. Try again.",
    ),
    "too_large": ("C’est trop lourd pour être envoyé.", "This is too large to send."),
    "media_type": ("Ce format n’est pas accepté ici.", "This format is not accepted here."),
    "query_too_short": ("Écrivez au moins 3 lettres.", "Type at least 3 letters."),
    "door_quota": (
        "Plusieurs comptes viennent d’être ouverts à cette porte. Revenez dans quelques jours, "
        "ou écrivez-nous.",
        "Several accounts were just opened at this door. Come back in a few days, or write to us.",
    ),
    "move_quota": (
        "Vous avez changé d’adresse plusieurs fois ce mois-ci. Écrivez-nous si c’est une erreur.",
        "You changed your address several times this month. Write to us if this is a mistake.",
    ),
    "postcard_quota": (
        "Assez de cartes sont parties ce mois-ci pour ce compte ou cette porte.",
        "Enough cards were sent this month for this account or this door.",
    ),
    "already_verified": (
        "Votre adresse est déjà confirmée ainsi.",
        "Your address is already confirmed this way.",
    ),
    "already_asked": (
        "Votre demande est déjà en route.",
        "Your request is already on its way.",
    ),
    "already_vouched": (
        "Vous vous êtes déjà porté garant de ce foyer.",
        "You have already vouched for this household.",
    ),
    "may_not_vouch": ("Vous ne pouvez pas encore vous porter garant.", "You cannot vouch yet."),
    "may_not_vouch.self": (
        "C’est votre propre demande\u00a0: montrez-la à deux voisins.",
        "This is your own request: show it to two neighbours.",
    ),
    "may_not_vouch.level": (
        "Pour parrainer, il faut une adresse confirmée par courrier ou en personne.",
        "To vouch, your own address must be confirmed by post or in person.",
    ),
    "may_not_vouch.too_new": (
        "Votre adresse est confirmée depuis moins de 14\u00a0jours. Vous pourrez parrainer après.",
        "Your address was confirmed less than 14 days ago. After that, you can vouch.",
    ),
    "may_not_vouch.household": (
        "Cette personne est de votre foyer. Il lui faut deux voisins d’autres foyers.",
        "This person is of your household. They need two neighbours of other households.",
    ),
    "may_not_vouch.not_near": (
        "Cette personne n’habite pas assez près de chez vous.",
        "This person does not live near enough to you.",
    ),
    "endpoint_not_allowed": (
        "Ce navigateur passe par un service que ce serveur ne connaît pas.",
        "This browser uses a push service that this server does not know.",
    ),
    "bad_key": (
        "L’abonnement de ce navigateur est abîmé. Activez de nouveau.",
        "This browser’s subscription is damaged. Turn it on again.",
    ),
    "wrong_code": (
        "Ce code ne correspond pas. Il vous reste {tries_left} essais.",
        "No match. {tries_left} tries left.",
    ),
    "wrong_code.one": (
        "Ce code ne correspond pas. Il vous reste 1 essai.",
        "No match. 1 try left.",
    ),
    "vouch_request_quota": (
        "Vous avez déjà demandé trois fois en trente jours. Une carte peut aussi confirmer votre "
        "adresse.",
        "You have asked three times in thirty days. A card can confirm your address too.",
    ),
    "vouch_quota": (
        "Vous vous êtes porté garant trois fois ces trois derniers mois.",
        "You have vouched three times in the last three months.",
    ),
    "code_dead": (
        "Ce code n’est plus valable. Demandez une nouvelle carte.",
        "No longer valid. Ask for a new card.",
    ),
    "link_dead": (
        "Ce lien n’est plus valable. Demandez-en un nouveau.",
        "This link is no longer valid. Ask for a new one.",
    ),
    "too_far": (
        "Vous semblez loin de chez vous. Réessayez à la maison.",
        "You seem far from home. Try there.",
    ),
    "too_vague": (
        "Position trop vague. Réessayez près d’une fenêtre.",
        "Too vague. Try near a window.",
    ),
}


def message_of(code: str, language: str, fields: Mapping[str, object] | None = None) -> str:
    """The sentence for a code; unknown codes read as a fault so that nobody sees a bare code."""
    given = _Given(fields or {})
    if f"{code}.{given['reason']}" in SENTENCES:
        code = f"{code}.{given['reason']}"
    elif f"{code}.one" in SENTENCES and 1 in given.values():
        code = f"{code}.one"
    french, english = SENTENCES.get(code, SENTENCES["fault"])
    return (english if language == "en" else french).format_map(given)


class _Given(dict[str, object]):
    """A field nobody gave reads as "some": a sentence never fails."""

    def __missing__(self, name: str) -> str:
        return "…"
