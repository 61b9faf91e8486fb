"""A PMTiles archive of one tile, written by its specification (version 3).

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

from PIL import Image

HEADER_BYTES = 127
_PLAIN, _MVT, _PNG = 1, 1, 2
# In 1e-7 degrees: west, south, east, north of what web maps show.
_WORLD = (-1_800_000_000, -850_511_287, 1_800_000_000, 850_511_287)


def picture(colour: str) -> bytes:
    """One tile of one colour."""
    drawn = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(drawn, "PNG")
    return drawn.getvalue()


def water() -> bytes:
    """One vector tile: a square of the layer `water` that covers it.

    https://github.com/mapbox/vector-tile-spec/blob/master/2.1/README.md
    """
    # Move to (0, 0); lines right, down and left, zigzag; close.
    square = b"".join(map(_varint, (9, 0, 0, 26, 8192, 0, 0, 8192, 8191, 0, 15)))
    feature = b"\x18\x03" + b"\x22" + _varint(len(square)) + square
    layer = b"\x78\x02\x0a\x05water\x12" + _varint(len(feature)) + feature + b"\x28\x80\x20"
    return b"\x1a" + _varint(len(layer)) + layer


def write_archive(path: Path, tile: bytes, attribution: str = "") -> Path:
    """The world in one tile."""
    # One entry; tile 0, run of 1, its length, and offset 0 (written as 1).
    directory = b"".join(map(_varint, (1, 0, 1, len(tile), 1)))
    metadata = json.dumps({"attribution": attribution}).encode()
    places = (
        *(HEADER_BYTES, len(directory)),
        *(HEADER_BYTES + len(directory), len(metadata)),
        *(0, 0),
        *(HEADER_BYTES + len(directory) + len(metadata), len(tile)),
        *(1, 1, 1),
    )
    kind = _PNG if tile.startswith(b"\x89PNG") else _MVT
    header = struct.pack("<7sB11Q6B4iB2i", b"PMTiles", 3, *places, 1, _PLAIN, _PLAIN, kind, 0, 0,
                         *_WORLD, 0, 0, 0)  # fmt: skip
    assert len(header) == HEADER_BYTES
    path.write_bytes(header + directory + metadata + tile)
    return path


def _varint(number: int) -> bytes:
    """Little-endian base 128."""
    done = bytearray()
    while number > 127:
        done.append(number & 127 | 128)
        number >>= 7
    return bytes([*done, number])
