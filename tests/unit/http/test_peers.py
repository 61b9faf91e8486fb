"""A client cannot choose its IP; a trusted proxy can tell it."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from realtime.errors import BadSetting
from realtime.http.peers import Peers, is_near, networks_of
from realtime.settings import from_environ


class _Transport:
    def __init__(self, ip):
        self.ip = ip

    def get_extra_info(self, name, default=None):
        return (self.ip, 4000) if name == "peername" else default

    def is_closing(self):
        return False


def request_from(ip, *forwarded):
    headers = [("X-Forwarded-For", value) for value in forwarded]
    return make_mocked_request("GET", "/", headers, transport=_Transport(ip))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["nonsense"], "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.1, nonsense, 10.0.0.7"], "10.0.0.7"),
        ("10.0.0.2", ["2001:db8::1"], "2001:db8::1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_trusted_proxies_are_believed(peer, forwarded, expected):
    peers = Peers(networks_of("10.0.0.0/8, ::1"))
    assert peers.ip_of(request_from(peer, *forwarded)) == expected


def test_without_proxies_nothing_is_believed():
    assert Peers(()).ip_of(request_from("10.0.0.2", "198.51.100.1")) == "10.0.0.2"


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("10.0.0.2", [], True),
        ("::ffff:10.0.0.2", [], True),
        ("fd00::2", [], True),
        ("8.8.8.8", [], False),
        ("::ffff:8.8.8.8", [], False),
        ("2a00:1450::8", [], False),
        ("", [], False),
        ("127.0.0.1", ["8.8.8.8"], False),
        ("127.0.0.1", ["10.0.0.2"], False),
    ],
)
def test_near_is_a_network_of_ours_and_no_proxy(peer, forwarded, expected):
    assert is_near(request_from(peer, *forwarded)) is expected


def test_a_wrong_network_stops_the_start():
    with pytest.raises(BadSetting, match="PALIER_TRUSTED_PROXIES"):
        from_environ({"PALIER_TRUSTED_PROXIES": "10.0.0.0/8,localhost"})
