"""What may be called, and with which keys; batches take turns by push service."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.errors import Refused
from realtime.push.endpoints import Allowed, allowed_by, b64, interleaved, is_public, keys_of
from tests.support.wrong_endpoints import PRIVATE, PUBLIC, RIGHT_ENDPOINTS, WRONG_ENDPOINTS

USUAL = Allowed()
EXTRA = allowed_by("127.0.0.1:9000, push.example.net, [fd00::1]:9000")


def test_the_corpus_is_as_long_as_promised() -> None:
    assert len(WRONG_ENDPOINTS) >= 40


@pytest.mark.parametrize("allowed", [USUAL, EXTRA])
@pytest.mark.parametrize("endpoint", WRONG_ENDPOINTS)
def test_what_is_no_push_service_is_refused(endpoint: str, allowed: Allowed) -> None:
    with pytest.raises(Refused) as refused:
        allowed.origin_of(endpoint)
    assert refused.value.code == "endpoint_not_allowed"


@pytest.mark.parametrize(("endpoint", "origin"), RIGHT_ENDPOINTS.items())
def test_the_known_services_are_allowed(endpoint: str, origin: str) -> None:
    assert USUAL.origin_of(endpoint) == origin


def test_the_operator_may_name_more() -> None:
    assert EXTRA.origin_of("http://127.0.0.1:9000/push/a") == "http://127.0.0.1:9000"
    assert EXTRA.origin_of("https://push.example.net/a") == "https://push.example.net"
    assert EXTRA.origin_of("https://[fd00::1]:9000/a") == "https://[fd00::1]:9000"
    for other in (
        "http://127.0.0.1:9001/a",
        "http://x@127.0.0.1:9000/a",
        "ftp://push.example.net/",
    ):
        with pytest.raises(Refused):
            EXTRA.origin_of(other)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_is_a_fault(text: str) -> None:
    for endpoint in (text, f"https://{text}", f"https://{text}.push.apple.com/a"):
        try:
            origin = USUAL.origin_of(endpoint)
        except Refused:
            continue
        assert origin.endswith(".push.apple.com")


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_addresses_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are(ip: str) -> None:
    assert is_public(ip)


def test_keys_are_a_point_and_sixteen_bytes() -> None:
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    auth = bytes(range(16))
    assert keys_of(b64(point), b64(auth) + "==") == (point, auth)
    off_curve = point[:-1] + bytes([point[-1] ^ 1])
    for p256dh, secret in (
        (b64(off_curve), b64(auth)),
        (b64(point[:33]), b64(auth)),
        (b64(b"\x02" + point[1:33]), b64(auth)),
        (b64(bytes(65)), b64(auth)),
        (b64(point), b64(auth[:15])),
        (b64(point), ""),
        ("é" * 10, b64(auth)),
        ("A" * 5, b64(auth)),
    ):
        with pytest.raises(Refused) as refused:
            keys_of(p256dh, secret)
        assert refused.value.code == "bad_key"


@settings(deadline=None)
@given(st.lists(st.tuples(st.uuids().map(str), st.sampled_from("abc")), unique_by=lambda x: x[0]))
def test_services_take_turns_and_each_keeps_its_order(devices: list[tuple[str, str]]) -> None:
    found = interleaved(devices)
    origin = dict(devices)
    assert sorted(found) == sorted(origin)
    for one in "abc":
        assert [x for x in found if origin[x] == one] == [x for x, o in devices if o == one]
    # While two still have some, nobody comes twice in a row.
    for place in range(1, len(found)):
        left = {origin[x] for x in found[place:]}
        if len(left) > 1:
            assert origin[found[place]] != origin[found[place - 1]]
