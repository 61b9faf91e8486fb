"""Our push service takes what an independent sender sends, and refuses what is wrong of either."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.app import ROOT
from tests.support.push_service import PushService, Vendor
from tests.support.tls import certificate

VENDORS: tuple[Vendor, ...] = ("google", "mozilla", "apple", "microsoft")
PAYLOAD = json.dumps({"web_push": 8030, "notification": {"title": "Chat perdu"}})


async def web_push(trusted: Path, **asked: Any) -> dict[str, Any]:
    """npm's web-push."""
    if shutil.which("node") is None or not (ROOT / "web_client/node_modules/web-push").is_dir():
        pytest.skip("there is no Node here, or its packages are not installed")
    process = await asyncio.create_subprocess_exec(
        "node",
        str(ROOT / "tests/support/web_push.cjs"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(trusted)},
    )
    try:
        async with asyncio.timeout(30):
            out, _ = await process.communicate(json.dumps(asked).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    told: dict[str, Any] = json.loads(out)
    return told


@pytest.mark.parametrize("vendor", VENDORS)
async def test_npm_web_push_passes(vendor: Vendor, tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    async with PushService(vendor, tls=context) as service:
        phone = service.phone()
        options = {"TTL": 60, "urgency": "high", "topic": "abcdefgh"}
        answer = await web_push(
            trusted, subscription=phone.subscription, payload=PAYLOAD, options=options
        )
        assert (answer["status"], service.refused) == (201, [])
        (got,) = service.of(phone)
        assert got.notification["title"] == "Chat perdu"
        assert got.headers["ttl"] == "60"
        phone.key = answer["key"]


@pytest.mark.parametrize(
    ("vendor", "options", "status"),
    [
        ("apple", {"TTL": 60, "topic": "abcde"}, 400),
        ("microsoft", {"TTL": 0}, 400),
        ("google", {"TTL": 60, "contentEncoding": "aesgcm"}, 400),
    ],
)
async def test_each_vendor_has_its_own_rules(
    vendor: Vendor, options: dict[str, Any], status: int, tmp_path: Path
) -> None:
    context, trusted = certificate(tmp_path)
    async with PushService(vendor, tls=context) as service:
        answer = await web_push(
            trusted, subscription=service.phone().subscription, payload=PAYLOAD, options=options
        )
        assert answer["status"] == status
        assert len(service.refused) == 1


async def test_another_servers_key_is_a_mismatch(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    async with PushService("apple", tls=context) as service:
        phone = service.phone("another key")
        answer = await web_push(
            trusted, subscription=phone.subscription, payload=PAYLOAD, options={"TTL": 60}
        )
        assert (answer["status"], answer["said"]) == (400, '{"reason":"VapidPkHashMismatch"}')
