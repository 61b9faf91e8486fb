"""A disk that can be full at a word: a file system in memory, made as small as what is on it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

ROOM = 6 * 2**30
_SLACK = 64 * 1024


class Disk:
    """Mounted at `path` until `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill(self) -> None:
        """From now on nothing more fits. What is written meanwhile makes it a second try."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            about = os.statvfs(self._path)
            used = (about.f_blocks - about.f_bfree) * about.f_frsize
            if self._resize(used + _SLACK):
                return
        raise AssertionError("the disk could not be filled")

    def free(self) -> None:
        self._resize(ROOM)

    def _resize(self, size: int) -> bool:
        return _mount("-o", f"remount,size={size}", str(self._path))

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self._path)], check=False)


def open_disk(path: Path) -> Disk | None:
    """None where a mount is not allowed; then no campaign fills it."""
    mode = f"size={ROOM},mode=777"
    if os.geteuid() or not _mount("-t", "tmpfs", "-o", mode, "tmpfs", str(path)):
        return None
    return Disk(path)


def _mount(*arguments: str) -> bool:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return not done.returncode
