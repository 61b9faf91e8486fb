"""No test waits for ever.

pytest-timeout interrupts a plain test by a signal. Under uvloop the exception it raises is taken
for a callback's and logged, and the test hangs on: an async test gets a deadline inside its loop
instead, and behind it pytest-timeout's other method, which shows every stack and ends the run.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

# Between the deadline inside and the one that ends the run: time to close servers.
GRACE = 15.0


def give_deadline(item: pytest.Item, default: float) -> None:
    """To an async test; `@pytest.mark.timeout(seconds)` counts as for any other."""
    if not isinstance(item, pytest.Function):
        return
    # A property test is a plain function round an async one.
    inner = getattr(getattr(item.obj, "hypothesis", None), "inner_test", None)
    if not inspect.iscoroutinefunction(item.obj) and not inspect.iscoroutinefunction(inner):
        return
    marker = item.get_closest_marker("timeout")
    seconds = float(marker.args[0]) if marker and marker.args else default
    if inner is None:
        item.obj = _within(seconds, item.obj)
    item.add_marker(pytest.mark.timeout(seconds + GRACE, method="thread"), append=False)


def _within(seconds: float, body: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(body)
    async def limited(*arguments: Any, **named: Any) -> None:
        try:
            async with asyncio.timeout(seconds) as limit:
                await body(*arguments, **named)
        except TimeoutError:
            if not limit.expired():
                raise
            pytest.fail(f"not done within {seconds:g} s")

    return limited
