"""Nobody learns from an answer, or from its time, who has an account."""

from __future__ import annotations

import json
import random
import statistics
import time

import pytest
from scipy.stats import mannwhitneyu

from realtime.accounts.passwords import STRONG, Cost, Hasher
from realtime.accounts.store import confirm_email
from tests.integration.http.conftest import PASSWORD, make_account, serve
from tests.support.town import CHAUSSEE, add_addresses, street_addresses

SEED = 20261123
# What is promised: of 500 timings, the two kinds differ no more than chance makes them, at p 0.01.
TIMINGS, LEAST_P = 500, 0.01
# A run has six such measurements, so one run in 17 would fail by chance alone. Each is therefore
# held to 0.01 shared among a thousand (Bonferroni), and given no second chance. It stays as sharp:
# a shift that 500 timings show at 0.01 (2.58 standard errors) is shown at 0.00001 (4.42 of them)
# by (4.42 / 2.58)² times as many.
MORE_TIMINGS, SHARED_P = 1_500, LEAST_P / 1_000


@pytest.fixture
async def client(house):
    """Hashes cheap enough to measure 500, and dear enough to be most of the time."""
    object.__setattr__(house, "hasher", Hasher(Cost(1_024, 2)))
    await make_account(house, "camille@example.org")
    client = await serve(house)
    yield client
    await client.close()
    house.hasher.close()


@pytest.fixture
async def dear_client(house):
    """Hashes at the cost that members pay."""
    object.__setattr__(house, "hasher", Hasher(STRONG))
    await make_account(house, "camille@example.org")
    client = await serve(house)
    yield client
    await client.close()
    house.hasher.close()


async def timings(client, path, body_of, count, shown=str):
    """Seconds by e-mail, known and unknown in random order, after a warm-up; and the answers.

    `body_of(number)` is what is sent beside the e-mail, `shown(text)` what is kept of an answer.
    """
    taken: dict[str, list[float]] = {"camille@example.org": [], "personne@example.org": []}
    answers = set()
    order = [*taken] * (count // 2)
    random.Random(SEED).shuffle(order)
    for at, email in enumerate([*taken, *taken, *order]):
        begun = time.perf_counter()
        answer = await client.post(path, json={"email": email, **body_of(at)})
        text = await answer.text()
        if at >= 4:
            taken[email].append(time.perf_counter() - begun)
        answers.add((answer.status, shown(text)))
    return taken.values(), answers


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/session", {"password": "ce n’est pas lui"}), ("/api/password/forgot", {})],
)
async def test_known_and_unknown_emails_take_the_same_time(client, path, body):
    (known, unknown), answers = await timings(client, path, lambda at: body, MORE_TIMINGS)
    assert len(answers) == 1
    assert mannwhitneyu(known, unknown).pvalue > SHARED_P, "the times differ"


@pytest.mark.timeout(240)
async def test_a_sign_up_with_a_known_email_takes_no_other_time(client, house, clock):
    (camille,) = await house.db.read(lambda tx: tx.find("SELECT id FROM account"))
    await house.db.write(lambda tx: confirm_email(tx, camille, house.clock.now()))
    addresses = street_addresses(CHAUSSEE, 100)
    await add_addresses(house.db, clock, addresses)

    def newcomer(at):
        """Behind a door of their own, and few in a house."""
        home = {"address_id": addresses[at % 100].id, "door": f"porte {at}"}
        return {"password": PASSWORD, "display_name": "Inès Morel", "age_ok": True, **home}

    def shape(text):
        """An answer without what is the account's own."""
        return tuple(sorted(json.loads(text)))

    (known, unknown), answers = await timings(
        client, "/api/accounts", newcomer, MORE_TIMINGS, shape
    )
    assert answers == {(201, ("account", "status", "token", "visitor_until"))}
    assert mannwhitneyu(known, unknown).pvalue > SHARED_P, "the times differ"


# 504 times three hashes of 0.18 s of CPU: five minutes alone on the machine. Beside a load of
# thirteen on two cores it is given half an hour.
@pytest.mark.long
@pytest.mark.timeout(2_700)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_they_take_the_same_time_at_the_full_cost_too(dear_client, capsys):
    path, body = "/api/session", {"password": "ce n’est pas lui"}
    (known, unknown), answers = await timings(dear_client, path, lambda at: body, TIMINGS)
    assert len(answers) == 1
    chance = mannwhitneyu(known, unknown).pvalue
    middle = [statistics.median(one) * 1000 for one in (known, unknown)]
    with capsys.disabled():
        print(f"\nseed {SEED}: {len(known)} known, {len(unknown)} unknown; medians", end=" ")
        print(f"{middle[0]:.1f} and {middle[1]:.1f} ms; Mann-Whitney p = {chance:.3f}")
    assert chance > LEAST_P
