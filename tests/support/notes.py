"""Plain rows to write and read back, for what a transaction does to any row."""

from __future__ import annotations

from realtime.db import Tx


def note(tx: Tx, name: str, value: str = "") -> str:
    """Write one row; its name."""
    tx.run("INSERT INTO meta (name, value) VALUES (:name, :value)", name=name, value=value)
    return name


def notes(tx: Tx) -> list[str]:
    """The names written by `note`, sorted."""
    rows = tx.all("SELECT name FROM meta WHERE name <> 'epoch' ORDER BY name")
    return [name for (name,) in rows]
