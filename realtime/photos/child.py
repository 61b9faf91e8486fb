"""The child process that decodes one photo: bytes on stdin, pixels as WebP on stdout.

Decoders have had critical bugs and pictures may be bombs, so this runs alone: no network where the
kernel allows, 512 MB, 5 s of CPU, no files. It imports nothing of ours. What comes out was drawn
anew from pixels: no metadata, thumbnail, colour profile or trailing bytes of the original survive.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import resource
import sys

MOST_PIXELS = 24_000_000
LONGEST_SIDE = 2_048
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 5
_FORMATS = ("JPEG", "PNG", "WEBP")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


def confine() -> None:
    """Give up what decoding needs not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    with contextlib.suppress(OSError, AttributeError):
        # Refused in some containers; the limits above hold without it.
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET)


def redraw(given: bytes) -> tuple[int, int, bytes]:
    """Width, height and the WebP. ValueError with the refusal's code."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not given.startswith(_MAGIC):
        raise ValueError("not_an_image")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(given), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too_many_pixels")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turned = ImageOps.exif_transpose(opened)
            has_alpha = "A" in turned.getbands() or "transparency" in turned.info
            drawn = turned.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError("too_many_pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError, MemoryError, OverflowError):
        raise ValueError("not_an_image") from None
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=80, method=4)
    return clean.width, clean.height, out.getvalue()


def main() -> None:
    given = sys.stdin.buffer.read()
    confine()
    try:
        width, height, pixels = redraw(given)
        answer = f"ok {width} {height}\n".encode() + pixels
    except ValueError as refusal:
        known = str(refusal) in ("not_an_image", "too_many_pixels")
        answer = f"refused {refusal if known else 'not_an_image'}\n".encode()
    except Exception:  # whatever a decoder dies of, the photo is refused
        answer = b"refused not_an_image\n"
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
