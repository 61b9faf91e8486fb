"""Many write at once: few transactions, and to each author the ack of their own words."""

from __future__ import annotations

import asyncio
import re
import urllib.request

from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.clients import new_key

MANY = 20


async def test_a_rush_of_answers_goes_together(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    neighbours = [await arrive(f"Voisin {chr(65 + number)}") for number in range(MANY)]
    opening = await neighbours[0].post("street", "Qui a vu mon chat ?")
    before = await asyncio.to_thread(_written_together, house)
    texts = [f"Pas chez le {number}" for number in range(MANY)]
    acked = await asyncio.gather(
        *(
            one.ask("message.post", reply_to=opening["id"], text=text, key=new_key())
            for one, text in zip(neighbours, texts, strict=True)
        )
    )
    assert [ack["message"]["text"] for ack in acked] == texts
    seqs = sorted(ack["message"]["seq"] for ack in acked)
    assert seqs == list(range(opening["seq"] + 1, opening["seq"] + 1 + MANY))
    transactions, written = (
        now - then
        for now, then in zip(await asyncio.to_thread(_written_together, house), before, strict=True)
    )
    # The first goes alone, and who comes when nobody writes.
    assert 2 * transactions < written < MANY
    for one in neighbours:
        await one.wait_for("message.posted", id=acked[-1]["message"]["id"])


def _written_together(house: ServerProcess) -> tuple[int, int]:
    """Transactions of those who waited for their lane, and the messages in them."""
    with urllib.request.urlopen(f"{house.origin}/metrics", timeout=10) as answer:
        text = answer.read().decode()

    def total(name: str) -> int:
        found = re.search(rf"^palier_written_together_{name} (\S+)$", text, re.MULTILINE)
        assert found is not None
        return int(float(found[1]))

    return total("count"), total("sum")
