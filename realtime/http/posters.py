"""Posters: the PDF for the author, the public page behind its code, without an account.

The page says where it stands (« Retrouvé ! ») by itself and asks again each minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from jinja2 import Environment

from realtime.accounts.sessions import Asker
from realtime.alerts.model import Alert
from realtime.alerts.poster.actions import Shown, first_photo, get_public, put_up
from realtime.alerts.poster.printing import Printer
from realtime.alerts.poster.words import KINDS, facts_of, poster_of
from realtime.db import Tx
from realtime.errors import Refused
from realtime.http.asking import change_as
from realtime.http.edge import language_of
from realtime.http.house import House
from realtime.http.throttle import hold_back, ip_key
from realtime.journal import Changed
from realtime.members.prefs import get_prefs
from realtime.photos.store import get_pixels

_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_CSS = """
body { margin: 0; background: #F1F4F2; color: #16211C; font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1rem; }
.state { padding: .75rem 1rem; border-radius: .875rem; background: #F2B632; color: #2A1C00;
  font-weight: 700; font-size: 1.25rem; }
.found { background: #1B6B3A; color: #fff; }
.over { background: #E5EBE8; color: #3F4D47; }
img { width: 100%; height: auto; border-radius: 1rem; }
a.go { display: block; padding: .875rem 1rem; border-radius: .875rem; background: #17594A;
  color: #fff; font-weight: 600; text-align: center; text-decoration: none; }
"""
_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, noarchive"><meta http-equiv="refresh" content="60">
<title>{{ kind }} · Palier</title><link rel="stylesheet" href="/a/poster.css"></head>
<body><main><p class="state {{ look }}" role="status">{{ state }}</p><h1>{{ title }}</h1>
{% if photo %}<img src="{{ photo }}" alt="{{ alt }}">{% endif %}
{% for label, value in facts %}<p>{{ label }} <strong>{{ value }}</strong></p>{% endfor %}
{% if body %}<p>{{ body }}</p>{% endif %}
{% if go %}<p><a class="go" href="{{ go }}">{{ seen }}</a></p><p>{{ safe }}</p>{% endif %}
</main></body></html>"""
)
_WORDS = {
    "fr": {
        "found": "Retrouvé\u202f!",
        "over": "La recherche est terminée.",
        "seen": "Je l’ai vu",
        "safe": "Votre message passe par Palier\u00a0: aucun numéro n’est échangé. "
        "Ne donnez jamais d’argent ni de code.",
    },
    "en": {
        "found": "Found!",
        "over": "The search is over.",
        "seen": "I saw it",
        "safe": "Your message goes through Palier: no phone number is exchanged. "
        "Never give money or a code.",
    },
}


class PosterRoutes:
    """`/api/alerts/…/poster` and `/a/…`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._printer = Printer()

    async def print(self, request: web.Request) -> web.StreamResponse:
        """The PDF. From then on the public page exists."""
        alert_id = request.match_info["alert"]

        def act(
            tx: Tx, asker: Asker, now: datetime
        ) -> Changed[tuple[Mapping[str, object], bytes | None, Alert]]:
            put = put_up(tx, asker.member, alert_id, now)
            alert, photo = put.value
            pixels = None if photo is None else get_pixels(tx, photo)
            zone = get_prefs(tx, alert.author).quiet.zone
            words = poster_of(alert, asker.member.language, self._house.settings.origin, zone)
            return Changed((words, pixels, alert), put.events)

        words, pixels, alert = await change_as(self._house, request, act)
        await hold_back(self._house.limits, "photo", alert.author)
        pdf = await self._printer.print(words, pixels)
        name = f'attachment; filename="palier-{alert.kind}.pdf"'
        return web.Response(
            body=pdf, content_type="application/pdf", headers={"Content-Disposition": name}
        )

    async def page(self, request: web.Request) -> web.StreamResponse:
        alert_id = request.match_info["alert"]
        await hold_back(self._house.limits, "page", ip_key(request))

        def read(tx: Tx) -> tuple[Alert, Shown | None]:
            return get_public(tx, alert_id), first_photo(tx, alert_id)

        alert, photo = await self._house.db.read(read)
        text = _page(alert, language_of(request), self._house.clock.now(), photo)
        return web.Response(
            text=text, content_type="text/html", headers={"Content-Security-Policy": _POLICY}
        )

    async def photo(self, request: web.Request) -> web.StreamResponse:
        """As long as the page shows it."""
        alert_id = request.match_info["alert"]
        await hold_back(self._house.limits, "page", ip_key(request))
        now = self._house.clock.now()

        def read(tx: Tx) -> bytes:
            is_open = get_public(tx, alert_id).is_open(now)
            photo = first_photo(tx, alert_id)
            if photo is None or not is_open:
                raise Refused("not_found")
            return get_pixels(tx, photo.id)

        return web.Response(body=await self._house.db.read(read), content_type="image/webp")

    async def css(self, request: web.Request) -> web.StreamResponse:
        return web.Response(
            text=_CSS, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"}
        )


def _page(alert: Alert, language: str, now: datetime, photo: Shown | None) -> str:
    words = _WORDS[language]
    kind = KINDS[alert.kind][1 if language == "en" else 0]
    open_now = alert.is_open(now)
    found = alert.state == "resolved" and alert.outcome in ("home", "brought_back")
    return _PAGE.render(
        language=language,
        kind=kind,
        look="" if open_now else "found" if found else "over",
        state=kind if open_now else words["found"] if found else words["over"],
        title=alert.title,
        photo=f"/a/{alert.id}/photo" if photo and open_now else "",
        alt=photo.alt if photo and photo.alt else kind,
        facts=facts_of(alert, language) if open_now else [],
        body=alert.body if open_now else "",
        go=f"/alertes/{alert.id}" if open_now else "",
        seen=words["seen"],
        safe=words["safe"],
    )
