"""Refusals: what a client may not do, with a stable code. Everything else is a fault of ours.

The sentence a person reads for each code, in their language, is in `wire/words.py`.
"""

from __future__ import annotations

FieldValue = str | int | float | bool | None


class Refused(Exception):
    """A command or request declined. `code` is stable; `fields` go to the client beside it."""

    def __init__(self, code: str, **fields: FieldValue) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


class StorageFailed(Exception):
    """The database could not keep the change (full disk, lost connection). Nothing was acked."""


class Overloaded(Exception):
    """A bounded queue is full. The caller should be told to come back."""


class BadSetting(Exception):
    """A setting, or a combination of them, that the server refuses to start with."""
