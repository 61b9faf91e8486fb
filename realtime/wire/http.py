"""Every HTTP route: what it takes, what it answers, how it refuses.

`realtime/http` serves exactly these; docs/openapi.yaml is generated from them.
"""

from __future__ import annotations

from realtime.wire import http_accounts, http_map, http_photos, http_push, http_trust
from realtime.wire.route import STATUS, RouteSpec

ROUTES: tuple[RouteSpec, ...] = (
    *http_accounts.ROUTES,
    *http_trust.ROUTES,
    *http_photos.ROUTES,
    *http_push.ROUTES,
    *http_map.ROUTES,
)

__all__ = ["ROUTES", "STATUS", "RouteSpec"]
