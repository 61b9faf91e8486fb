"""Words that say nothing, or that have another word here (docs/glossary.md), are not used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.unit.house.pins import ROOT

UNUSED = {
    "manager", "helper", "helpers", "util", "utils", "service", "services", "data", "info",
    "user", "users", "channel", "channels", "broadcast",
}  # fmt: skip


def words(name: str) -> set[str]:
    """`MessagePost` and `message_post` are both {message, post}."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def names() -> Iterator[tuple[str, str]]:
    """Modules, folders, classes and functions of the server, with where they are."""
    for path in sorted((ROOT / "realtime").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        yield where, path.stem
        yield where, path.parent.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield where, node.name


def test_no_empty_word_names_anything() -> None:
    assert [f"{where}: {name}" for where, name in names() if words(name) & UNUSED] == []
