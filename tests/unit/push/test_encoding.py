"""Our encryption against RFC 8291's own example, http_ece, and what a browser would read."""

from __future__ import annotations

import base64
import os

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from pywebpush import WebPusher

from realtime.push.encoding import MOST_PLAIN, encrypted, encrypted_with
from realtime.push.model import Target
from tests.support.push_service import b64


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


BROWSER = ec.generate_private_key(ec.SECP256R1())
AUTH = os.urandom(16)
TARGET = Target("https://fcm.googleapis.com/a", point_of(BROWSER), AUTH)


def test_the_example_of_rfc_8291_appendix_a() -> None:
    key = ec.derive_private_key(
        int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    target = Target(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        unb64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        unb64("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    made = encrypted_with(
        key,
        unb64("DGv6ra1nlYgDCS1FRnbzlw"),
        target,
        b"When I grow up, I want to be a watermelon",
    )
    assert b64(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=MOST_PLAIN))
def test_a_browser_reads_what_we_wrote(plain: bytes) -> None:
    made = encrypted(TARGET, plain)
    assert len(made) <= 4_096
    assert plain == http_ece.decrypt(
        made, private_key=BROWSER, auth_secret=AUTH, version="aes128gcm"
    )


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=MOST_PLAIN), st.binary(min_size=16, max_size=16))
def test_it_is_byte_by_byte_what_the_library_makes(plain: bytes, salt: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    theirs = http_ece.encrypt(
        plain, salt=salt, private_key=key, dh=TARGET.p256dh, auth_secret=AUTH, version="aes128gcm"
    )
    assert encrypted_with(key, salt, TARGET, plain) == theirs


def test_pywebpush_is_read_the_same_way() -> None:
    keys = {"p256dh": b64(TARGET.p256dh), "auth": b64(AUTH)}
    made = WebPusher({"endpoint": TARGET.endpoint, "keys": keys}).encode(b"bonjour")["body"]
    for body in (made, encrypted(TARGET, b"bonjour")):
        read = http_ece.decrypt(body, private_key=BROWSER, auth_secret=AUTH, version="aes128gcm")
        assert read == b"bonjour"


def test_no_key_and_no_salt_comes_twice() -> None:
    made = [encrypted(TARGET, b"x") for _ in range(50)]
    assert len({body[:16] for body in made}) == 50
    assert len({body[21:86] for body in made}) == 50


def test_what_needs_two_records_is_not_made() -> None:
    with pytest.raises(ValueError, match="one record"):
        encrypted(TARGET, b"x" * (MOST_PLAIN + 1))
