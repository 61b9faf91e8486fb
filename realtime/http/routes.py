"""Which path leads to which handler."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from realtime.http.arriving import ArrivingRoutes
from realtime.http.edge import middleware_of, on_prepare
from realtime.http.health import Health
from realtime.http.house import House
from realtime.http.me import MeRoutes
from realtime.http.pages import Pages
from realtime.http.photos import PhotoRoutes
from realtime.http.places import PlaceRoutes
from realtime.http.posters import PosterRoutes
from realtime.http.proving import ProvingRoutes
from realtime.http.push import PushRoutes
from realtime.http.sign_in import SignInRoutes
from realtime.http.tiles import TileRoutes
from realtime.wire.http import ROUTES


def attach(app: web.Application, house: House) -> None:
    """Put the whole HTTP edge on `app`, beside the engine's path."""
    app.middlewares.append(middleware_of(house))
    app.on_response_prepare.append(on_prepare(house))
    handlers = _handlers(house)
    for spec in ROUTES:
        app.router.add_route(spec.method, spec.path, handlers.pop((spec.method, spec.path)))
    if handlers:
        raise LookupError(f"not in wire/http.py: {sorted(handlers)}")
    health = Health(house)
    app.router.add_get("/healthz", health.live)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)
    pages = Pages(house.client, house.settings)
    app.router.add_get("/{path:(?!api/|socket\\.io/).*}", pages.answer)


def _handlers(house: House) -> dict[tuple[str, str], Handler]:
    sign_in, me = SignInRoutes(house), MeRoutes(house)
    arriving, places = ArrivingRoutes(house), PlaceRoutes(house)
    photos, posters = PhotoRoutes(house), PosterRoutes(house)
    proving, push, tiles = ProvingRoutes(house), PushRoutes(house), TileRoutes(house)
    return {
        ("POST", "/api/session"): sign_in.sign_in,
        ("DELETE", "/api/session"): sign_in.sign_out,
        ("GET", "/api/addresses"): places.addresses,
        ("POST", "/api/accounts"): arriving.sign_up,
        ("POST", "/api/email/confirm"): arriving.confirm,
        ("POST", "/api/password/forgot"): arriving.forgot,
        ("POST", "/api/password/reset"): arriving.reset,
        ("GET", "/api/me"): me.me,
        ("PATCH", "/api/me"): me.patch,
        ("PUT", "/api/me/address"): me.move,
        ("PUT", "/api/me/password"): me.change_password,
        ("DELETE", "/api/sessions/{session}"): me.end_session,
        ("POST", "/api/email/send"): me.send_link,
        ("GET", "/api/verification"): proving.ways,
        ("POST", "/api/verification/postcard"): proving.ask_card,
        ("POST", "/api/verification/postcard/redeem"): proving.redeem,
        ("POST", "/api/verification/postcard/refuse"): proving.refuse,
        ("POST", "/api/verification/location"): proving.locate,
        ("POST", "/api/verification/vouch-requests"): proving.ask_vouches,
        ("GET", "/api/verification/vouch-requests"): proving.list_vouches,
        ("GET", "/api/verification/vouch-requests/{request}"): proving.show_vouch,
        ("POST", "/api/vouches"): proving.vouch,
        ("POST", "/api/household/members"): proving.take_in,
        ("POST", "/api/photos"): photos.take,
        ("GET", "/api/photos/{photo}"): photos.show,
        ("PATCH", "/api/photos/{photo}"): photos.describe,
        ("POST", "/api/alerts/{alert}/poster"): posters.print,
        ("GET", "/a/poster.css"): posters.css,
        ("GET", "/api/push"): push.state,
        ("PUT", "/api/push/subscription"): push.subscribe,
        ("DELETE", "/api/push/subscription"): push.unsubscribe,
        ("POST", "/api/push/test"): push.test,
        ("POST", "/api/push/receipt"): push.receipt,
        ("GET", "/api/push/reach/{alert}"): push.reach,
        ("GET", "/api/push/why/{subject}"): push.why,
        ("GET", "/api/map"): tiles.about,
        ("GET", "/api/map/tiles/{version}"): tiles.show,
        ("GET", "/a/{alert}"): posters.page,
        ("GET", "/a/{alert}/photo"): posters.photo,
    }
