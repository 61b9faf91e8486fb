"""A street that is loaded again stands still: what was known is where it was.

In a town of its own, without alerts: the strip of an alert is not kept on the device yet, and
pushes the street down when it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HERE, STREET, Open, card, write
from tests.support.app import Resident, ServerProcess
from tests.support.processes import scratch


@pytest.fixture
def house() -> Iterator[ServerProcess]:
    with scratch() as directory, ServerProcess(directory) as running:
        yield running
        assert running.faults() == []


@pytest.fixture
def camille(house: ServerProcess) -> Resident:
    return house.demo(1, cell=HERE)[0]


def test_nothing_shifts_while_the_street_loads(camille: Resident, open_as: Open) -> None:
    page = open_as(camille)
    write(page, STREET, "Rien ne bouge")
    # What is new since the last visit may come in on top; what is known stays where it is.
    for _ in range(2):
        expect(card(page, "Rien ne bouge").get_by_role("link", name="Répondre")).to_be_visible()
        page.reload()
    expect(card(page, "Rien ne bouge")).to_be_visible()
    shifts = page.evaluate(
        """() => new Promise((done) => {
            const shifts = [];
            const name = (source) => source.node?.outerHTML?.slice(0, 80) ?? "";
            new PerformanceObserver((list) => {
                for (const one of list.getEntries())
                    if (!one.hadRecentInput) shifts.push([one.value, ...one.sources.map(name)]);
            }).observe({ type: "layout-shift", buffered: true });
            requestAnimationFrame(() => requestAnimationFrame(() => done(shifts)));
        })"""
    )
    assert sum(one[0] for one in shifts) < 0.02, shifts
