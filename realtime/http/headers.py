"""What every answer says to browsers: no scripts but ours, no frames, nothing guessed.

Sources: OWASP's secure headers and CSP cheat sheets, the HTML standard's Trusted Types.
"""

from __future__ import annotations

from collections.abc import Mapping

# Map tiles and photos are the server's own; drawings made in the page are blobs.
_POLICY = (
    "default-src 'none'",
    "script-src 'nonce-{nonce}' 'strict-dynamic'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self' {socket}",
    "manifest-src 'self'",
    "worker-src 'self' blob:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types app",
)
# What is not a page runs nothing.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
# A service worker is bound by the policy of its own file: it fetches the pages it keeps.
WORKER = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Content-Security-Policy": NO_PAGE,
    "Cache-Control": "no-store",
}
_STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


def always(origin: str) -> Mapping[str, str]:
    """The headers an answer carries unless it says otherwise."""
    if origin.startswith("https://"):
        return {**_ALWAYS, "Strict-Transport-Security": _STRICT_TRANSPORT}
    return _ALWAYS


def page_policy(origin: str, nonce: str) -> str:
    """The Content-Security-Policy of a page whose scripts carry `nonce`."""
    # 'self' does not cover ws: in every browser.
    socket = "ws" + origin.removeprefix("http")
    return "; ".join(_POLICY).format(nonce=nonce, socket=socket)
