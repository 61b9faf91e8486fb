"""The server dies in mid-conversation: the page says so and heals by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HERE, NEXT_DOOR, STREET, Open, card, write
from tests.support.app import Resident, ServerProcess
from tests.support.overheard import overheard
from tests.support.processes import scratch


@pytest.fixture
def house() -> Iterator[ServerProcess]:
    with scratch() as directory, overheard(directory) as running:
        yield running
        assert running.faults() == []


@pytest.fixture
def camille(house: ServerProcess) -> Resident:
    return house.demo(1, cell=HERE)[0]


@pytest.fixture
def nadia(house: ServerProcess) -> Resident:
    return house.demo(1, cell=NEXT_DOOR, seed=2)[0]


@pytest.mark.timeout(120)
def test_a_killed_server_shows_in_words_and_heals_without_reload(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Avant la panne")
    expect(card(other, "Avant la panne")).to_be_visible()
    one.evaluate("window.sameDocument = true")
    house.kill9()
    expect(one.get_by_text("Hors ligne. Vous")).to_be_visible()
    write(one, STREET, "Pendant la panne")
    house.start()
    expect(card(other, "Pendant la panne")).to_have_count(1, timeout=40_000)
    expect(one.get_by_text("Hors ligne. Vous")).to_have_count(0)
    expect(card(one, "Pendant la panne")).to_have_count(1)
    write(other, STREET, "Après la panne")
    expect(card(one, "Après la panne")).to_be_visible()
    assert one.evaluate("window.sameDocument") is True
