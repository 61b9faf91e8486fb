"""A town with two push services and one worker's push."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from realtime.db import Database
from tests.support.phones import Line, open_line
from tests.support.push_service import PushService
from tests.support.residents import Town


@pytest.fixture
async def town(database: Database) -> Town:
    return Town(database)


@pytest.fixture
async def google(town: Town) -> AsyncIterator[PushService]:
    async with PushService("google", now=lambda: town.now.timestamp()) as service:
        yield service
        assert service.refused == []


@pytest.fixture
async def apple(town: Town) -> AsyncIterator[PushService]:
    async with PushService("apple", now=lambda: town.now.timestamp()) as service:
        yield service


@pytest.fixture
async def line(
    town: Town, google: PushService, apple: PushService, tmp_path: Path
) -> AsyncIterator[Line]:
    async with open_line(town, [google, apple], tmp_path) as opened:
        yield opened
