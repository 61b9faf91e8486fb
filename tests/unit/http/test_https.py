"""What changes with https: the cookie's name and flags, strict transport, one origin only."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from realtime.errors import Refused
from realtime.http import cookies
from realtime.http.guard import Guard, hosts_of, origins_of
from realtime.http.headers import always, page_policy
from realtime.settings import Settings

HTTPS = Settings(origin="https://palier.example.org", operator_mail="x@example.org")
LOOPBACK = Settings(origin="http://127.0.0.1:8000")


def test_over_https_the_cookie_is_bound_to_the_host():
    answer = web.Response()
    cookies.give(answer, HTTPS, "t0ken")
    cookie = answer.cookies["__Host-sid"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")


def test_a_plain_sid_cookie_is_not_believed_over_https():
    request = make_mocked_request("GET", "/", {"Cookie": "sid=planted"})
    assert cookies.token_of(request, HTTPS) is None
    assert cookies.token_of(request, LOOPBACK) == "planted"


def test_strict_transport_is_for_https_only():
    assert "Strict-Transport-Security" in always(HTTPS.origin)
    assert "Strict-Transport-Security" not in always(LOOPBACK.origin)


def test_the_page_may_open_its_own_socket_only():
    assert "connect-src 'self' wss://palier.example.org;" in page_policy(HTTPS.origin, "n")
    assert "script-src 'nonce-n' 'strict-dynamic'" in page_policy(HTTPS.origin, "n")


def test_loopback_has_three_names_and_https_one():
    assert origins_of(HTTPS) == {"https://palier.example.org"}
    assert hosts_of(HTTPS) == {"palier.example.org"}
    assert hosts_of(LOOPBACK) == {"127.0.0.1:8000", "localhost:8000", "[::1]:8000"}


@pytest.mark.parametrize(
    "origin",
    [
        "http://palier.example.org",
        "https://palier.example.org:444",
        "https://evil.palier.example.org",
        "https://palier.example.org.evil.org",
        "null",
        "",
    ],
)
def test_another_origin_is_refused(origin):
    headers = {"Host": "palier.example.org", "Origin": origin}
    with pytest.raises(Refused, match="origin"):
        Guard(HTTPS).check(make_mocked_request("POST", "/api/session", headers))
