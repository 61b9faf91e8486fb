"""What phones and mails say about what happened, in French and in English. Pure.

French typography as in wire/words.py. Nobody's position, nobody's private words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from realtime.alerts.model import Alert
from realtime.announcements.model import Announcement
from realtime.push.payload import Words

Said = Mapping[str, Words]
LANGUAGES = ("fr", "en")
# The same in each of them.
Line = tuple[str, str]
# A digest names so many of what it holds.
_SUMMED_UP = 8

KINDS: Mapping[str, tuple[str, str]] = {
    "lost_cat": ("Chat perdu", "Lost cat"),
    "lost_dog": ("Chien perdu", "Lost dog"),
    "found_pet": ("Animal trouvé", "Found pet"),
    "lost_found_object": ("Objet perdu ou trouvé", "Lost or found"),
    "theft": ("Vol", "Theft"),
    "danger_now": ("Danger", "Danger"),
    "scam_doorstep": ("Démarchage frauduleux", "Doorstep scam"),
    "hazard": ("Feu, gaz, inondation", "Fire, gas, flood"),
    "outage": ("Coupure", "Outage"),
    "road": ("Route", "Road"),
    "help_needed": ("Coup de main", "A hand"),
    "missing_person": ("Personne disparue", "Missing person"),
    "official": ("Info officielle", "Official news"),
    "official_feed": ("Vigilance", "Weather warning"),
}
_CALL_FIRST = ("Appelez d’abord le 17 ou le 112. ", "Call 112 first. ")


def _both(title: tuple[str, str], body: tuple[str, str]) -> Said:
    return {language: Words(title[at], body[at].strip()) for at, language in enumerate(LANGUAGES)}


def said_of_alert(alert: Alert) -> Said:
    """The kind and the author's title; how far it was told."""
    kinds = KINDS[alert.kind]
    colon = ("\u00a0: ", ": ")
    first = _CALL_FIRST if alert.row.call_first else ("", "")
    titles = [f"{kinds[at]}{colon[at]}{alert.title}" for at in (0, 1)]
    return _both(
        (titles[0], titles[1]),
        (first[0] + _zone(alert, 0), first[1] + _zone(alert, 1)),
    )


def _zone(alert: Alert, at: int) -> str:
    if alert.radius_m is None:
        return ("Dans une zone qui couvre votre domicile.", "In an area that covers your home.")[at]
    far = _metres(alert.radius_m, at)
    return (f"Zone de {far} qui couvre votre rue.", f"An area of {far} that covers your street.")[
        at
    ]


def _metres(metres: int, at: int) -> str:
    if metres < 1_000:
        return f"{metres}\u00a0m"
    number = f"{metres / 1_000:g}"
    return f"{number if at else number.replace('.', ',')}\u00a0km"


def said_of_end(alert: Alert) -> Said:
    """Over: found, or taken back."""
    title = (f"Terminé\u00a0: {alert.title}", f"Over: {alert.title}")
    if alert.state == "withdrawn":
        return _both(("Alerte retirée", "Alert withdrawn"), ("", ""))
    if alert.outcome in ("home", "brought_back"):
        title = (f"Retrouvé\u202f! {alert.title}", f"Found! {alert.title}")
    return _both(title, ("Merci à tous.", "Thanks to all."))


def said_of_sighting(alert: Alert) -> Said:
    return _both(
        ("On l’a peut-être vu", "It may have been seen"),
        (f"Un signalement pour «\u00a0{alert.title}\u00a0».", f"A sighting for “{alert.title}”."),
    )


def said_of_match(other: Alert) -> Said:
    kinds = KINDS[other.kind]
    return _both(
        ("C’est peut-être le même animal", "It may be the same animal"),
        (f"{kinds[0]}\u00a0: {other.title}", f"{kinds[1]}: {other.title}"),
    )


def said_of_announcement(announcement: Announcement, house: str) -> Said:
    return _both((announcement.title,) * 2, (house,) * 2)


def said_of_message(kind: str, name: str) -> Said:
    """Who wrote, never what: a locked phone lies on a table. `kind` of call, or the room."""
    bodies = {
        "direct": (f"Nouveau message de {name}", f"New message from {name}"),
        "mention": (f"{name} vous a cité", f"{name} mentioned you"),
        "group": (f"{name} a écrit dans un groupe", f"{name} wrote in a group"),
        "street": (f"{name} a écrit dans la rue", f"{name} wrote in the street"),
        "neighbourhood": (
            f"{name} a écrit dans le voisinage",
            f"{name} wrote in the neighbourhood",
        ),
    }
    return _both(("Palier", "Palier"), bodies[kind])


def said_of_digest(lines: Sequence[Line], *, is_chat: bool) -> Said:
    """What there is of each, once; the count is of all. `is_chat`: nothing but words to me."""
    some = [" · ".join(dict.fromkeys(line[at] for line in lines[:_SUMMED_UP])) for at in (0, 1)]
    count = len(lines)
    if is_chat:
        heads = ("Messages pour vous", "Messages for you")
        if count > 1:
            heads = (f"{count} messages pour vous", f"{count} messages for you")
    elif count == 1:
        heads = ("Autour de vous aujourd’hui", "Around you today")
    else:
        heads = (f"{count} nouvelles autour de vous", f"{count} news around you")
    return _both(heads, (some[0], some[1]))


TEST = _both(
    ("Palier sonne ici", "Palier rings here"),
    ("Votre téléphone a sonné\u202f? Tout est prêt.", "Did your phone ring? All is ready."),
)
CANARY = _both(("Palier", "Palier"), ("Les alertes arrivent.", "Alerts arrive."))
