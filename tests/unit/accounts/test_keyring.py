"""What is sealed opens for its owner only; what is digested tells nothing and mixes nothing up."""

from __future__ import annotations

import stat

import pytest

from realtime.keyring import Keyring, Unreadable, open_keyring

SECRET = b"an operator's secret, long enough"


def test_sealed_bytes_open_for_the_same_purpose_and_owner_only():
    keyring = Keyring(SECRET)
    sealed = keyring.seal("dwelling", "ada", b"37 bis")

    assert keyring.open("dwelling", "ada", sealed) == b"37 bis"
    assert b"37 bis" not in sealed
    for purpose, owner, box in [
        ("postcard", "ada", sealed),
        ("dwelling", "bob", sealed),
        ("dwelling", "ada", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("dwelling", "ada", b""),
    ]:
        with pytest.raises(Unreadable):
            keyring.open(purpose, owner, box)
    with pytest.raises(Unreadable):
        Keyring(b"another secret, also long").open("dwelling", "ada", sealed)


def test_the_same_is_sealed_differently_each_time():
    keyring = Keyring(SECRET)
    assert keyring.seal("a", "b", b"c") != keyring.seal("a", "b", b"c")


def test_digests_keep_purposes_and_parts_apart():
    keyring = Keyring(SECRET)
    digests = {
        keyring.digest("door", "ab", "c"),
        keyring.digest("door", "a", "bc"),
        keyring.digest("building", "ab", "c"),
        keyring.digest("door", "abc"),
        Keyring(b"another secret, also long").digest("door", "ab", "c"),
    }
    assert len(digests) == 5
    assert keyring.digest("door", "ab", "c") in digests


def test_a_secret_is_made_once_and_is_for_its_owner_only(tmp_path):
    first = open_keyring(tmp_path / "data", "")
    again = open_keyring(tmp_path / "data", "")

    assert first.digest("x", "y") == again.digest("x", "y")
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert open_keyring(tmp_path, "of the operator").digest("x", "y") != first.digest("x", "y")


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="too short"):
        Keyring(b"short")
