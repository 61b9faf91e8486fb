"""The child process that prints one poster: JSON on stdin, a PDF on stdout; nothing of ours in it.

Composing takes half a second of CPU, which no thread of the web process may spend.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tempfile
from pathlib import Path

import segno
import typst

_TEMPLATE = Path(__file__).with_name("poster.typ")


def main() -> None:
    asked = json.load(sys.stdin.buffer)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copy(_TEMPLATE, root / "poster.typ")
        photo = asked.pop("photo")
        if photo:
            (root / "photo.webp").write_bytes(base64.b64decode(photo))
        segno.make(asked["page"], error="m", micro=False).save(str(root / "code.svg"), border=1)
        words = json.dumps(asked | {"has_photo": bool(photo)})
        pdf = typst.compile(
            root / "poster.typ", root=root, ignore_system_fonts=True, sys_inputs={"words": words}
        )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
