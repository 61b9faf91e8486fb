"""The contract, written out for others: client types, a page for people, AsyncAPI and OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from realtime.wire.generate import asyncapi, markdown, openapi, typescript

ROOT = Path(__file__).parents[3]
FILES: dict[str, Callable[[], str]] = {
    "web_client/src/wire.ts": typescript.render,
    "docs/wire.md": markdown.render,
    "docs/asyncapi.yaml": asyncapi.render,
    "docs/openapi.yaml": openapi.render,
}


def write(root: Path = ROOT) -> list[str]:
    """Write every file; the names of those that changed."""
    changed = stale(root)
    for name in changed:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[name](), encoding="utf-8")
    return changed


def stale(root: Path = ROOT) -> list[str]:
    """Files that do not say what `realtime/wire` says."""
    return [name for name, render in FILES.items() if _text_of(root / name) != render()]


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
