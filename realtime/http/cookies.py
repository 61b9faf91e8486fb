"""The session cookie: `__Host-sid`, or `sid` on a plain-http loopback origin."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from realtime.settings import Settings

KEPT = timedelta(days=30)


def give(answer: web.StreamResponse, settings: Settings, token: str) -> None:
    answer.set_cookie(
        settings.session_cookie,
        token,
        max_age=int(KEPT.total_seconds()),
        path="/",
        secure=settings.origin.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def take_back(answer: web.StreamResponse, settings: Settings) -> None:
    answer.set_cookie(
        settings.session_cookie,
        "",
        max_age=0,
        path="/",
        secure=settings.origin.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def token_of(request: web.Request, settings: Settings) -> str | None:
    """From `Authorization: Bearer`, else from the cookie."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return request.cookies.get(settings.session_cookie)
