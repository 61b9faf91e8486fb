"""YAML, as much of it as a contract needs: mappings, lists and JSON scalars."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# Anything else is quoted: YAML has too many words that mean something.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./{}-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def dump(node: Any) -> str:
    return "\n".join(_lines(node, "")) + "\n"


def _lines(node: Any, indent: str) -> Iterator[str]:
    if isinstance(node, dict) and node:
        for name, value in node.items():
            yield from _entry(f"{indent}{_scalar(name)}:", value, indent)
    elif isinstance(node, list) and node:
        for item in node:
            inside = list(_lines(item, indent + "  "))
            yield f"{indent}- {inside[0].lstrip()}"
            yield from inside[1:]
    else:
        yield f"{indent}{_scalar(node)}"


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield head
        yield from _lines(value, indent + "  ")
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
