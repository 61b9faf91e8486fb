"""Pictures as phones and attackers make them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

from tests.support.canary import NUMBER

# In all that a camera writes beside the picture. No answer may hold it: tests/support/canary.py.
CANARY = f"{NUMBER} 48.1173-N-1.6778-W"


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = CANARY  # Make
    exif[0x0112] = 6  # turned by a quarter
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (48.0, 7.0, 2.3)
    gps[3], gps[4] = "W", (1.0, 40.0, 40.1)
    exif.get_ifd(0x8769)[0x927C] = CANARY.encode()  # MakerNote
    return exif.tobytes()


def _xmp() -> bytes:
    return f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """With EXIF, GPS, MakerNote, XMP, a comment, IPTC and a trailing second picture."""
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.save(out, "JPEG", exif=_exif(), xmp=_xmp(), comment=CANARY.encode())
    whole = out.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 40) + CANARY.encode().ljust(40)
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return whole[:2] + segment + whole[2:] + out.getvalue() + CANARY.encode()


def png(width: int = 320, height: int = 240) -> bytes:
    out = io.BytesIO()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY)
    notes.add_itxt("XML:com.adobe.xmp", _xmp().decode())
    image = Image.effect_noise((width, height), 40).convert("RGBA")
    image.save(out, "PNG", pnginfo=notes, exif=_exif())
    return out.getvalue()


def webp(width: int = 320, height: int = 240) -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise((width, height), 40).convert("RGB")
    image.save(out, "WEBP", exif=_exif(), xmp=_xmp())
    return out.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(side: int = 30_000) -> bytes:
    """A PNG of 900 million pixels in about 100 kB."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((side // 8 + 1) * side), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A PNG whose comment unfolds to 200 MB."""
    squeezed = zlib.compress(b"a" * 200_000_000, 9)
    whole = png(8, 8)
    return whole[:33] + _chunk(b"zTXt", b"Comment\0\0" + squeezed) + whole[33:]


def malformed() -> dict[str, bytes]:
    """Files that are not what they say."""
    good = jpeg(64, 64)
    return {
        "empty picture": b"\xff\xd8\xff\xd9",
        "cut short": png()[:200],
        "header only": good[:60],
        "gif": b"GIF89a" + bytes(100),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "tiff": b"II*\0" + bytes(200),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "pdf": b"%PDF-1.7\n" + bytes(100),
        "html": b"<html><body>hello</body></html>",
        "riff but sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(60),
        "zeros": bytes(1_000),
        "png with nothing": b"\x89PNG\r\n\x1a\n",
        "png of no width": b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 9, 8, 2, 0, 0, 0)),
    }
