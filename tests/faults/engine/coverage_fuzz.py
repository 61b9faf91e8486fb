"""Packets invented by a fuzzer that watches which lines they reach: no answer but BrokenPacket.

    pip install atheris
    python -m tests.faults.engine.coverage_fuzz -runs=1000000 -seed=20261123 -max_len=400

Atheris is not among the project's requirements: it is a compiler's runtime, for this one program.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["realtime.engine.packets"]):
    from realtime.engine.packets import BrokenPacket, read

SEEDS = [
    b'420["x",{"a":[1,2]}]',
    b'0{"token":"x"}',
    b"0/custom,",
    b"1",
    b"3",
    b'20["x"]',
    b"5",
    b"",
]


def one(given: bytes) -> None:
    """libFuzzer's own bytes, then a known packet with its tail replaced by them."""
    text = given.decode("utf-8", "replace")
    for packet in (text, *(seed.decode()[: len(given) % 12] + text for seed in SEEDS)):
        try:
            read(packet)
        except BrokenPacket:
            continue


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
