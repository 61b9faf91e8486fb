"""What the operator prints: all cards each time, new ones once, and none is lost on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NoReturn

import orjson
import pytest
from pypdf import PdfReader

from realtime import card_commands
from realtime.accounts.postcards import printing
from realtime.accounts.postcards.actions import ask
from realtime.accounts.sign_up import Newcomer, sign_up
from realtime.clock import Clock
from realtime.db import Tx, open_database
from realtime.errors import BadSetting
from realtime.keyring import open_keyring
from realtime.members.store import get_member
from realtime.settings import Settings
from tests.integration.accounts.conftest import address
from tests.support.residents import RIGHTS


class Operator:
    """A folder to print to, and newcomers who ask for a card."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.out = folder / "out"
        self.settings = Settings(data_dir=folder / "data", database_url=database_url)

    def is_asked_for_a_card(self, number: int) -> None:
        """By who signed up at that house."""
        now, keyring = Clock().now(), open_keyring(self.settings.data_dir, "")
        newcomer = Newcomer(
            email=f"n{number}@example.org",
            password_hash="!",
            name="Inès Morel",
            language="fr",
            address=address(number),
            door="",
            label="",
        )

        def write(tx: Tx) -> None:
            made = sign_up(tx, keyring, newcomer, self.settings.visitor_time, now).value
            ask(tx, keyring, get_member(tx, made.account), RIGHTS, now)

        async def done() -> None:
            db = open_database(self.settings.database)
            await db.write(write)
            await db.close()

        asyncio.run(done())

    def export(self, *, new_only: bool) -> dict[str, bytes]:
        """Every file that is in the folder then."""
        card_commands.export_postcards(self.settings, self.out, new_only=new_only)
        return {path.name: path.read_bytes() for path in self.out.iterdir()}


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> Operator:
    return Operator(database_url, tmp_path)


def test_new_cards_come_once_in_files_of_their_own(operator: Operator) -> None:
    day = Clock().now().date()
    operator.is_asked_for_a_card(1)
    first = operator.export(new_only=True)
    operator.is_asked_for_a_card(2)
    second = operator.export(new_only=True)
    assert operator.export(new_only=True) == second, "what was not printed yet is still there"
    every = operator.export(new_only=False)

    assert first.items() <= second.items() <= every.items()
    names = [f"postcards-{day}", f"postcards-{day}-2", "postcards"]
    assert set(every) == {f"{name}.{kind}" for name in names for kind in ("json", "pdf")}
    one, two, both = (orjson.loads(every[f"{name}.json"]) for name in names)
    assert (len(one), len(two)) == (1, 1)
    assert both == [*one, *two]
    for name, cards in zip(names, (one, two, both), strict=True):
        assert len(PdfReader(operator.out / f"{name}.pdf").pages) == len(cards)


def test_a_card_is_new_until_its_files_are_there(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.is_asked_for_a_card(1)
    with monkeypatch.context() as full:
        full.setattr(printing, "pdf_of", _no_room)
        with pytest.raises(BadSetting, match="--out: no room"):
            operator.export(new_only=True)
    assert list(operator.out.iterdir()) == []
    assert len(operator.export(new_only=True)) == 2


def _no_room(*_: object) -> NoReturn:
    raise OSError("no room")
