"""The database for tests that are not coroutines: hypothesis draws its steps one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from realtime.db import open_database

T = TypeVar("T")


class BlockingDatabase:
    """`write` and `read` of `Database`, each waited for."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._db = open_database(url)

    def write(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return self._runner.run(self._db.write(fn, *args, **kwargs))

    def read(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return self._runner.run(self._db.read(fn, *args, **kwargs))

    def close(self) -> None:
        self._runner.run(self._db.close())
        self._runner.close()
