"""The conformance servers on a free port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from realtime.engine.conformance import conformance_app
from tests.support.engine import House, running


def _conformance(**changes: Any):
    def build(host: str) -> tuple[web.Application, Any, Any]:
        return conformance_app(host, **changes), None, None

    return running(build)


@pytest.fixture
async def suite(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Written straight to the transport; with the parameter "plain" by aiohttp's public methods."""
    async with _conformance(direct=getattr(request, "param", "direct") == "direct") as house:
        yield house
