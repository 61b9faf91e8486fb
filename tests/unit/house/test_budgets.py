"""Sizes: a module that outgrows its room is split by noun, not by scrolling."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Folder, pattern, most lines.
BUDGETS = [
    ("realtime", "*.py", 300),
    ("tests", "*.py", 400),
    ("benchmarks", "*.py", 300),
    ("web_client/src", "*.svelte", 150),
    ("web_client/src", "*.ts", 300),
]
GENERATED = {"web_client/src/wire.ts"}
FUNCTION = 50


def sources(folder: str, pattern: str) -> Iterator[Path]:
    for path in sorted((ROOT / folder).rglob(pattern)):
        parts = set(path.relative_to(ROOT).parts)
        if not parts & {"node_modules", "dist", "peers", "__pycache__"}:
            yield path


@pytest.mark.parametrize(("folder", "pattern", "most"), BUDGETS)
def test_no_module_is_longer_than_its_budget(folder: str, pattern: str, most: int) -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources(folder, pattern)
    }
    assert {name: n for name, n in lengths.items() if n > most and name not in GENERATED} == {}


def test_every_function_fits_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path in sources("realtime", "*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION
    ]
    assert too_long == []


def test_every_module_opens_with_its_idea() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources("realtime", "*.py")
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
