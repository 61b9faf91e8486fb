"""A photo is redrawn from its pixels by a child process, or refused in time."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from realtime.errors import Refused
from realtime.photos.taker import MOST_BYTES, Taker
from tests.support.pictures import CANARY, bomb, jpeg, malformed, png, text_bomb, webp

ALL = [jpeg, png, webp]


@pytest.mark.parametrize("make", ALL)
async def test_no_metadata_survives(make: Callable[[], bytes]) -> None:
    given = make()
    assert CANARY.encode() in given
    taken = await Taker().take(given)
    assert CANARY.encode() not in taken.pixels
    with Image.open(io.BytesIO(taken.pixels)) as seen:
        assert seen.format == "WEBP"
        assert not dict(seen.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & seen.info.keys()
    chunks = chunks_of(taken.pixels)
    assert chunks <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}, chunks


def chunks_of(riff: bytes) -> set[bytes]:
    """The names of a WebP's chunks; metadata would be EXIF, XMP and ICCP."""
    at, found = 12, set()
    while at + 8 <= len(riff):
        size = int.from_bytes(riff[at + 4 : at + 8], "little")
        found.add(riff[at : at + 4])
        at += 8 + size + size % 2
    assert at == len(riff), "nothing trails"
    return found


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("make", ALL)
async def test_exiftool_finds_nothing(make: Callable[[], bytes]) -> None:
    taken = await Taker().take(make())
    said = subprocess.run(
        ["exiftool", "-a", "-G1", "-"], input=taken.pixels, capture_output=True, check=True
    ).stdout.decode()
    groups = {line.split("]")[0].lstrip("[") for line in said.splitlines()}
    assert groups <= {"ExifTool", "File", "System", "RIFF", "Composite", "VP8"}, said


async def test_a_photo_taken_sideways_is_shown_upright() -> None:
    taken = await Taker().take(jpeg(640, 480))
    assert (taken.width, taken.height) == (480, 640)


async def test_large_photos_shrink() -> None:
    taken = await Taker().take(jpeg(4_000, 3_000))
    assert max(taken.width, taken.height) == 2_048


@pytest.mark.parametrize("name", sorted(malformed()))
async def test_what_is_no_photo_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        await Taker().take(malformed()[name])
    assert refusal.value.code == "not_an_image"


@pytest.mark.parametrize(
    ("make", "codes"),
    [(bomb, {"too_many_pixels"}), (text_bomb, {"not_an_image", "ok"})],
)
async def test_bombs_are_refused_in_time(make: Callable[[], bytes], codes: set[str]) -> None:
    given = make()
    begun = time.monotonic()
    try:
        await Taker().take(given)
        code = "ok"  # a comment that is not read does no harm
    except Refused as refusal:
        code = refusal.code
    assert code in codes
    assert time.monotonic() - begun < 6


async def test_more_than_ten_megabytes_are_not_even_tried() -> None:
    with pytest.raises(Refused) as refusal:
        await Taker().take(bytes(MOST_BYTES + 1))
    assert refusal.value.code == "too_large"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), make=st.sampled_from(ALL))
async def test_broken_photos_never_harm_the_parent(
    seed: int, make: Callable[[int, int], bytes]
) -> None:
    """A few bytes changed anywhere: a photo or a refusal, nothing else."""
    dice = random.Random(seed)
    broken = bytearray(make(48, 48))
    for _ in range(dice.randint(1, 20)):
        broken[dice.randrange(len(broken))] = dice.randrange(256)
    try:
        outcome = (await Taker().take(bytes(broken))).pixels[:4].decode()
    except Refused as refusal:
        outcome = refusal.code
    assert outcome in ("RIFF", "not_an_image", "too_many_pixels")
