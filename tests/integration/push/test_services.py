"""What push services answer, and what we do then: the retry table against one that answers so."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver

from realtime.db import Tx
from realtime.push import keys as key_ring
from realtime.push.endpoints import Allowed
from realtime.push.keys import open_keys
from realtime.push.model import FAILURES, Target
from realtime.push.sealing import sealed
from realtime.push.sender import Sender
from realtime.push.store import list_devices
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.phones import KEYRING, Line
from tests.support.push_service import Fault, Phone, PushService
from tests.support.residents import Town, member
from tests.support.wrong_endpoints import WRONG_ENDPOINTS


@pytest.fixture
def database_kind() -> str:
    """What services answer has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
async def rung(town: Town, line: Line, google: PushService) -> Phone:
    """A phone that an alert is about to ring."""
    ada, bo = member(HOME), member(HOME, "Bo")
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    await raise_one(town, ada)
    return phone


async def state_of(town: Town) -> tuple[str, str | None]:
    """Of the only device: what became of its delivery, and why it is disabled."""
    state = await town.db.read(lambda tx: tx.value("SELECT state FROM push_delivery"))
    why = await town.db.read(lambda tx: tx.value("SELECT disabled_reason FROM push_subscription"))
    return state, why


async def test_gone_is_disabled_and_asked_no_more(
    town: Town, line: Line, google: PushService, rung: Phone
) -> None:
    rung.gone = True
    await line.work()
    assert await state_of(town) == ("gone", "gone")
    assert google.requests == 1
    google.refused.clear()


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_by_a_service_no_device_is_lost(
    town: Town, line: Line, google: PushService, rung: Phone, status: int, capfd: Any
) -> None:
    google.faults.append(Fault(status, body='{"reason":"BadJwtToken"}'))
    await line.work()
    assert await state_of(town) == ("waiting", None)
    assert "push_service_blocked" in "".join(capfd.readouterr())
    assert [letter.template for letter in line.letters.sent] == ["push_refused"]
    await line.work_after(minutes=4)
    assert google.requests == 1, "the whole origin is left alone"
    await line.work_after(minutes=2)
    assert await state_of(town) == ("accepted", None)


@pytest.mark.parametrize("status", [429, 406])
@pytest.mark.parametrize("told", ["40", "date"])
async def test_throttled_waits_as_it_was_told(
    town: Town, line: Line, google: PushService, rung: Phone, status: int, told: str
) -> None:
    at = town.now + timedelta(seconds=40)
    when = told if told == "40" else at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    google.faults.append(Fault(status, {"Retry-After": when}))
    await line.work()
    assert await state_of(town) == ("waiting", None)
    await line.work_after(seconds=38)
    assert google.requests == 1
    await line.work_after(seconds=3)
    assert await state_of(town) == ("accepted", None)
    assert len(google.of(rung)) == 1


async def test_one_blocked_service_stalls_no_other(
    town: Town, line: Line, google: PushService, apple: PushService
) -> None:
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    await line.subscribe(bo, google)
    there = await line.subscribe(cy, apple)
    google.faults.append(Fault(429, {"Retry-After": "600"}))
    await raise_one(town, ada)
    await line.work()
    assert len(apple.of(there)) == 1
    assert google.got == []


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(502), Fault(408), Fault(504), Fault(reset=True)]
)
async def test_a_failing_service_is_tried_again(
    town: Town, line: Line, google: PushService, rung: Phone, fault: Fault
) -> None:
    google.faults.extend([fault] * 2)
    await line.work()
    await line.work_after(minutes=1)
    await line.work_after(minutes=1)
    assert await state_of(town) == ("accepted", None)
    assert len(google.of(rung)) == 1


async def test_an_answer_that_is_lost_may_ring_twice_under_one_tag(
    town: Town, line: Line, google: PushService, rung: Phone
) -> None:
    google.faults.append(Fault(500, deliver=True))
    await line.work()
    await line.work_after(minutes=1)
    first, again = google.of(rung)
    assert first.notification["tag"] == again.notification["tag"]
    assert first.headers["topic"] == again.headers["topic"]
    assert first.notification["data"]["run"] == again.notification["data"]["run"]


async def test_other_answers_fail_at_once_and_a_redirect_is_not_followed(
    town: Town, line: Line, google: PushService, apple: PushService, rung: Phone
) -> None:
    google.faults.append(Fault(307, {"Location": f"{apple.origin}/push/x"}))
    await line.work()
    assert await state_of(town) == ("failed", None)
    await line.work_after(minutes=10)
    assert (google.requests, apple.requests) == (1, 0)


async def test_a_device_that_fails_for_days_is_given_up(
    town: Town, line: Line, google: PushService, rung: Phone
) -> None:
    for _ in range(FAILURES):
        google.faults.append(Fault(400))
        await line.work()
        assert (await state_of(town))[1] is None
        town.later(hours=6)
        other = member(HOME)
        await town.settle(other)
        await raise_one(town, other)
    google.faults.append(Fault(400))
    await line.work()
    assert (await state_of(town))[1] == "failing"


async def test_a_topic_that_is_not_liked_is_left_out_once(
    town: Town, line: Line, google: PushService, rung: Phone
) -> None:
    google.faults.append(Fault(400, body='{"reason":"BadWebPushTopic"}'))
    await line.work()
    (told,) = google.of(rung)
    assert "topic" not in told.headers


async def test_too_large_is_sent_small_once(
    town: Town, line: Line, google: PushService, rung: Phone
) -> None:
    google.faults.append(Fault(413))
    await line.work()
    (told,) = google.of(rung)
    assert told.notification["body"] == ""


async def test_after_a_rotation_old_devices_ring_with_their_own_key(
    town: Town, line: Line, google: PushService, apple: PushService, tmp_path: Any
) -> None:
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    old = await line.subscribe(bo, google)
    await asyncio.to_thread(key_ring.rotate, tmp_path, town.now)
    rotated = await asyncio.to_thread(open_keys, tmp_path, "operator@example.org", town.now)
    line.keys.keys = rotated.keys
    new = await line.subscribe(cy, apple)
    assert new.key == rotated.current.public != old.key
    await raise_one(town, ada)
    await line.work()
    assert len(google.of(old)) == len(apple.of(new)) == 1
    assert apple.refused == []


async def test_a_device_of_another_key_is_tried_with_that_and_keeps_it(
    town: Town, line: Line, apple: PushService, tmp_path: Any
) -> None:
    """It said it had subscribed with one key, and had with the other."""
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    first = line.keys.current
    await asyncio.to_thread(key_ring.rotate, tmp_path, town.now)
    rotated = await asyncio.to_thread(open_keys, tmp_path, "operator@example.org", town.now)
    line.keys.keys = rotated.keys
    phone = apple.phone(first.public)
    await line.put(bo, phone, device="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    stranger = await line.subscribe(cy, apple)
    stranger.key = "somebody else's"
    await raise_one(town, ada)
    await line.work()
    assert len(apple.of(phone)) == 1
    (kept,) = await town.db.read(list_devices, bo.account)
    assert kept.key == first.id
    (lost,) = await town.db.read(list_devices, cy.account)
    assert lost.disabled_reason == "key"


async def test_a_clock_a_day_ahead_is_refused_and_heals(
    town: Town, line: Line, google: PushService, rung: Phone
) -> None:
    """Signed too far ahead of the service's clock: refused; with the clock mended it goes on."""
    real = google.now
    google.now = lambda: real() - 25 * 3_600
    await line.work()
    assert await state_of(town) == ("waiting", None)
    assert google.refused
    google.now = real
    google.refused.clear()
    await line.work_after(minutes=6)
    assert await state_of(town) == ("accepted", None)


async def test_the_second_gate_calls_no_other_address(
    town: Town, line: Line, google: PushService
) -> None:
    """As if an older version, or another hand, had kept them."""
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    called: list[str] = []

    async def post(endpoint: str, body: bytes, headers: dict[str, str]) -> Any:
        called.append(endpoint)
        raise AssertionError

    line.jobs.deliverer.sender.post = post  # type: ignore[method-assign]
    phone = await line.subscribe(bo, google)
    (kept,) = await town.db.read(list_devices, bo.account)
    for number, endpoint in enumerate(WRONG_ENDPOINTS):
        target = Target(endpoint, b"\x04" + bytes(64), bytes(16))
        packed = sealed(KEYRING, kept.id, target)
        await town.db.write(keep, packed)
        town.later(days=2)
        await raise_one(town, ada, title=f"Chat {number}")
        await line.work()
    assert called == []
    assert google.requests == 0
    assert phone.id


def keep(tx: Tx, packed: bytes) -> None:
    tx.run(
        "UPDATE push_subscription SET sealed = :s, disabled_at = NULL, disabled_reason = NULL",
        s=packed,
    )


class Inside(AbstractResolver):
    """A name that leads inside: DNS rebinding."""

    def __init__(self, *ips: str) -> None:
        self.ips = ips

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> Any:
        return [
            {
                "hostname": host,
                "host": ip,
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
            for ip in self.ips
        ]

    async def close(self) -> None: ...


@pytest.mark.parametrize("ips", [("127.0.0.1",), ("10.0.0.1", "169.254.169.254"), ("::1",)])
async def test_a_known_name_that_leads_inside_is_not_called(ips: tuple[str, ...]) -> None:
    sender = Sender(Allowed(), Inside(*ips))
    try:
        answer = await sender.post("https://fcm.googleapis.com/fcm/send/a", b"x", {})
        assert answer.status == 0
    finally:
        await sender.close()


async def test_a_long_answer_is_cut(google: PushService) -> None:
    sender = Sender(Allowed(frozenset({google.host})))
    google.faults.append(Fault(400, body="x" * 1_000_000))
    try:
        answer = await sender.post(google.phone().endpoint, b"x", {})
        assert answer.status == 400
        assert len(answer.body) <= 2_048
    finally:
        await sender.close()
