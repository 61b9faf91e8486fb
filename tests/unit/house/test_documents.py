"""What can be set, asked, heard or refused is documented, and nothing else is."""

from __future__ import annotations

import ast
import re

import pytest

from realtime import wire
from realtime.__main__ import main
from realtime.metrics import REGISTRY
from realtime.settings import Settings
from realtime.wire.words import SENTENCES
from tests.unit.house.pins import ROOT

SETTINGS = {f"PALIER_{name.upper()}" for name in Settings.model_fields}
SETTING_ROW = re.compile(r"^\| `(PALIER_[A-Z_]+)` \| .+ \| .+ \|$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_has_a_row_and_every_row_is_a_setting() -> None:
    assert set(SETTING_ROW.findall(read("docs/operating.md"))) == SETTINGS


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"python -m realtime ([a-z]+)", read("docs/operating.md"))))
)
def test_every_command_told_to_operators_exists(command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0


def test_every_metric_to_watch_exists() -> None:
    told = set(re.findall(r"\| `(palier_[a-z_]+)", read("docs/operating.md")))

    assert told - {family.name for family in REGISTRY.collect()} == set()


@pytest.mark.parametrize("name", [*wire.COMMANDS, *wire.EVENTS])
def test_every_command_and_event_is_in_the_contract(name: str) -> None:
    assert f"`{name}`" in read("docs/wire.md")


# `wrong_code.one` is another wording of `wrong_code`, not another code.
@pytest.mark.parametrize("code", sorted({key.partition(".")[0] for key in SENTENCES}))
def test_every_refusal_is_in_the_contract(code: str) -> None:
    assert f"`{code}`" in read("docs/wire.md")


def codes_refused() -> set[str]:
    """The literal codes of `Refused("…")` and `refused("…")` in the server."""
    found = set()
    for path in (ROOT / "realtime").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                first = node.args[0] if node.args else None
                if name.lower() == "refused" and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def test_every_refusal_has_its_sentence() -> None:
    assert codes_refused() - SENTENCES.keys() == set()


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_french_and_english(code: str) -> None:
    french, english = SENTENCES[code]

    assert french
    assert english
    assert french != english
    assert "'" not in french, "French takes the typographic apostrophe"
    assert not re.search(r"[^\u202f\u00a0] ?[;!?]", french), "a narrow no-break space before ; ! ?"
    assert not re.search(r"(?<!\u00a0):", french), "a no-break space before a colon"


def documents() -> list[str]:
    return [str(p.relative_to(ROOT)) for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]]


@pytest.mark.parametrize("document", documents())
def test_every_link_leads_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    assert [to for to in LINK.findall(read(document)) if not (folder / to).exists()] == []
