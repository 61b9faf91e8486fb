"""The statements by which an operator begins a new epoch after a restore."""

from __future__ import annotations

import re

from tests.support.app import ROOT


def new_epoch_statements() -> list[str]:
    """As docs/deploy/README.md gives them."""
    text = (ROOT / "docs/deploy/README.md").read_text("utf-8")
    statements = re.findall(r"^ {8}(UPDATE .+;)$", text, re.MULTILINE)
    assert len(statements) == 2
    return statements
