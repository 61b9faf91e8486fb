"""The web client: one page for every route of it, and its files.

The page is written anew for each answer, since its scripts carry a nonce. Files whose name holds
their content's hash never change; aiohttp picks a .br or .gz neighbour where the browser may.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from aiohttp import web

from realtime.http import headers

PLACEHOLDER = "__NONCE__"
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

    def __init__(self, folder: Path, origin: str) -> None:
        self._origin = origin
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
        return self._index()

    def _index(self) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        text = _NOT_BUILT if self._page is None else self._page.replace(PLACEHOLDER, nonce)
        return web.Response(
            text=text,
            content_type="text/html",
            headers={"Content-Security-Policy": headers.page_policy(self._origin, nonce)},
        )
