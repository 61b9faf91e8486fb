"""The web client: one page for every route of it, and its files.

The page is written anew for each answer, since its scripts carry a nonce; it also says whether a
session came with the request, so that a stranger's page asks nothing before it shows. Files whose
name holds their content's hash never change; aiohttp picks a .br or .gz neighbour where the browser
may.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from aiohttp import web

from realtime.http import cookies, headers
from realtime.settings import Settings

PLACEHOLDER = "__NONCE__"
VISIT = "__VISIT__"
# First segments of the client's own routes (UX); "" is the start page.
ROUTES = frozenset(
    {
        "", "a", "accessibilite", "alerter", "alertes", "autour", "confirmer", "connexion",
        "groupes", "infos", "inscription", "installer", "messages", "moi", "mot-de-passe",
        "parrainer", "pourquoi", "recherche", "regles", "rester", "rue", "voisinage", "voisins",
    }
)  # fmt: skip
_WORKER = "/sw.js"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_NOT_BUILT = """<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>Palier</title>
<h1>Palier</h1>
<p>Le serveur fonctionne. La page des voisins n’est pas encore construite : lancez bin/setup.</p>
<p lang="en">The server works. The neighbours’ page is not built yet: run bin/setup.</p>
</html>
"""


class Pages:
    """Serves what `npm run build` left in `folder`, as it was at start."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings = settings
        index = folder / "index.html"
        self._page = index.read_text(encoding="utf-8") if index.is_file() else None
        # A fixed list of files: no path from outside ever reaches the file system.
        self._files = {
            f"/{file.relative_to(folder).as_posix()}": file
            for file in (folder.rglob("*") if folder.is_dir() else ())
            if file.is_file() and file != index and file.suffix not in (".br", ".gz")
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        file = self._files.get(request.path)
        if file is not None:
            said = {
                "Cache-Control": _FOREVER if request.path.startswith("/assets/") else _ASK_AGAIN
            }
            if request.path == _WORKER:
                said["Content-Security-Policy"] = headers.WORKER
            return web.FileResponse(file, headers=said)
        if request.path.split("/", 2)[1] not in ROUTES:
            raise web.HTTPNotFound
        return self._index(self._visit(request))

    def _visit(self, request: web.Request) -> str:
        """Nothing is said to a service worker that fetches the page to keep it for later visits."""
        if request.headers.get("Sec-Fetch-Mode") != "navigate":
            return "unknown"
        return "stranger" if cookies.token_of(request, self._settings) is None else "known"

    def _index(self, visit: str) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        page = _NOT_BUILT if self._page is None else self._page
        policy = headers.page_policy(self._settings.origin, nonce)
        return web.Response(
            text=page.replace(PLACEHOLDER, nonce).replace(VISIT, visit),
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
        )
