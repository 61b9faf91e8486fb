"""Every write function makes exactly one append, last; domains return their events instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3] / "realtime"
# The edges: the committer of both, the worker's schedules, and the command line.
EDGES = ("fanout/commit.py", "worker/", "commands.py", "organisation_commands.py")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("journal/"):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def names_append(tree: ast.Module) -> bool:
    """Imported by name, or reached through the folder's."""
    return any(
        (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("realtime.journal")
            and any(name.name in ("append", "store", "*") for name in node.names)
        )
        or (isinstance(node, ast.Attribute) and ast.unparse(node) == "journal.append")
        for node in ast.walk(tree)
    )


def appends_in(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "append"
    ]


def test_only_the_edges_append() -> None:
    found = [name for name, tree in modules() if names_append(tree)]
    assert "fanout/commit.py" in found
    assert [name for name in found if not name.startswith(EDGES)] == []


def test_a_function_that_appends_does_so_once_and_in_no_loop() -> None:
    for name, tree in modules():
        if not names_append(tree):
            continue
        functions = [n for n in ast.walk(tree) if isinstance(n, Function) and appends_in(n)]
        assert functions, name
        for function in functions:
            assert len(appends_in(function)) == 1, f"{name}: {function.name}"
            loops = [n for n in ast.walk(function) if isinstance(n, ast.For | ast.While)]
            assert not any(appends_in(loop) for loop in loops), f"{name}: {function.name}"


def test_tables_of_the_journal_are_written_by_the_journal_alone() -> None:
    """The row of a topic is its lock: who else touches it could deadlock."""
    for name, _ in modules():
        text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
        for table in ("topic", "event"):
            for verb in ("INSERT INTO", "UPDATE", "DELETE FROM"):
                assert f"{verb} {table} " not in text, name
