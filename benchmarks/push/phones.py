"""Browsers for the benchmark: 200 key pairs, shared by as many endpoints as are asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.push_service import Phone, b64, unb64

PAIRS = 200


def make_phones(folder: Path, public: str) -> list[Phone]:
    phones = [
        Phone(str(n), ec.generate_private_key(ec.SECP256R1()), os.urandom(16), "", public)
        for n in range(PAIRS)
    ]
    kept = [[b64(_number(phone)), b64(phone.auth)] for phone in phones]
    (folder / "keys.json").write_text(json.dumps({"public": public, "phones": kept}))
    return phones


def read_phones(folder: Path) -> list[Phone]:
    told = json.loads((folder / "keys.json").read_text())
    return [
        Phone(
            str(n),
            ec.derive_private_key(int.from_bytes(unb64(number), "big"), ec.SECP256R1()),
            unb64(auth),
            "",
            told["public"],
        )
        for n, (number, auth) in enumerate(told["phones"])
    ]


def subscription(phones: list[Phone], ports: list[int], number: int) -> dict[str, object]:
    """The `number`th browser's, as toJSON() gives it."""
    phone = phones[number % len(phones)]
    phone.endpoint = f"https://127.0.0.1:{ports[number % len(ports)]}/push/{number}"
    return phone.subscription


def _number(phone: Phone) -> bytes:
    return phone.private.private_numbers().private_value.to_bytes(32, "big")


__all__ = ["make_phones", "read_phones", "subscription"]
