"""Devices come, move to another account, go; what they may not be; nothing of them is readable."""

from __future__ import annotations

import json
import re

import pytest

from realtime.push.keys import FILE
from tests.integration.http.conftest import bearer, make_account, sign_in
from tests.support.push_service import PushService
from tests.support.wrong_endpoints import WRONG_ENDPOINTS

DEVICE, OTHER = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"


def phone_at(endpoint: str = "https://fcm.googleapis.com/fcm/send/a"):
    phone = PushService().phone()
    phone.endpoint = endpoint
    return phone.subscription


async def put(client, token, subscription, device=DEVICE, **more):
    return await client.put(
        "/api/push/subscription",
        json={"subscription": subscription, "device": device, **more},
        headers=bearer(token),
    )


async def devices(client, token):
    answer = await client.get("/api/push", headers=bearer(token))
    assert answer.status == 200
    return (await answer.json())["devices"]


async def test_a_device_is_put_once_however_often(client, camille):
    token = await sign_in(client, "camille@example.org")
    one = phone_at()
    for _ in range(3):
        assert (await put(client, token, one)).status == 204
    (device,) = await devices(client, token)
    assert (device["device"], device["state"], device["test"]) == (DEVICE, "on", None)
    # The browser made a new one: it takes the old one's place.
    assert (await put(client, token, phone_at("https://fcm.googleapis.com/b"))).status == 204
    assert len(await devices(client, token)) == 1
    gone = await client.delete(
        "/api/push/subscription", json={"device": DEVICE}, headers=bearer(token)
    )
    assert gone.status == 204
    assert await devices(client, token) == []


async def test_a_browser_rings_for_the_last_account_that_asked(client, house, camille):
    await make_account(house, "nadia@example.org")
    first, second = (
        await sign_in(client, "camille@example.org"),
        await sign_in(client, "nadia@example.org"),
    )
    one = phone_at()
    await put(client, first, one)
    await put(client, second, one)
    assert await devices(client, first) == []
    assert len(await devices(client, second)) == 1


async def test_signed_out_it_is_silent(client, camille):
    here, there = [await sign_in(client, "camille@example.org") for _ in range(2)]
    await put(client, here, phone_at())
    await client.delete("/api/session", headers=bearer(here))
    assert await devices(client, there) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_no_other_address_is_kept(client, camille):
    token = await sign_in(client, "camille@example.org")
    for endpoint in WRONG_ENDPOINTS:
        answer = await put(client, token, phone_at(endpoint))
        told = await answer.json()
        assert (answer.status, told["code"]) in (
            (422, "endpoint_not_allowed"),
            (400, "invalid"),
        ), endpoint
    assert await devices(client, token) == []


async def test_the_operators_own_service_is_allowed(client, camille):
    token = await sign_in(client, "camille@example.org")
    answer = await put(client, token, phone_at("https://push.example.net:8443/a"))
    assert answer.status == 204


async def test_bad_keys_are_refused(client, camille):
    token = await sign_in(client, "camille@example.org")
    one = phone_at()
    one["keys"]["auth"] = "AAAA"
    answer = await put(client, token, one)
    assert (await answer.json())["code"] == "bad_key"
    unknown = await put(client, token, phone_at(), key="B" * 87)
    assert (await unknown.json())["code"] == "bad_key"


async def test_what_can_ring_a_phone_is_not_readable_at_rest_or_in_a_log(
    client, house, camille, capfd
):
    token = await sign_in(client, "camille@example.org")
    one = phone_at("https://fcm.googleapis.com/fcm/send/capability-url")
    await put(client, token, one)
    await put(client, token, phone_at("https://evil.example/fcm/send/capability-url"))
    rows = await house.db.read(lambda tx: tx.all("SELECT * FROM push_subscription"))
    kept = repr(rows)
    said = "".join(capfd.readouterr())
    for secret in ("capability", one["keys"]["auth"], one["keys"]["p256dh"]):
        assert secret not in kept
        assert secret not in said
    assert "evil.example" in said, "a new vendor should be noticed"
    private = json.loads((house.settings.data_dir / FILE).read_text())[0]["private"]
    assert private not in said


async def test_a_trial_needs_a_device(client, camille):
    token = await sign_in(client, "camille@example.org")
    none = await client.post("/api/push/test", json={}, headers=bearer(token))
    assert none.status == 404
    await put(client, token, phone_at())
    await put(client, token, phone_at("https://fcm.googleapis.com/b"), OTHER)
    assert (await client.post("/api/push/test", json={}, headers=bearer(token))).status == 204
    assert [one["test"] for one in await devices(client, token)] == ["queued", "queued"]


async def test_a_receipt_is_always_taken_and_only_ours_counts(client, camille):
    for token in ("", "a.b.c", "x" * 200, "é.b.c"):
        answer = await client.post("/api/push/receipt", json={"t": token, "e": "shown"})
        assert answer.status == 204
    assert (await client.post("/api/push/receipt", json={"t": "a", "e": "x"})).status == 400


async def test_only_its_author_learns_the_reach_and_only_the_one_told_learns_why(client, camille):
    token = await sign_in(client, "camille@example.org")
    for path in ("/api/push/reach/" + DEVICE, "/api/push/why/" + DEVICE):
        assert (await client.get(path, headers=bearer(token))).status == 404
        assert (await client.get(path, headers=bearer("x"))).status == 401


async def test_the_key_is_a_point_in_base64url(client, camille):
    token = await sign_in(client, "camille@example.org")
    answer = await client.get("/api/push", headers=bearer(token))
    assert re.fullmatch(r"B[A-Za-z0-9_-]{86}", (await answer.json())["key"])
