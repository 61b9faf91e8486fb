"""Mails of a whole server to a real SMTP server, which is not always in the mood."""

from __future__ import annotations

import asyncio
import urllib.request

import pytest

from tests.support.app import ServerProcess
from tests.support.doors import let_in
from tests.support.letter_box import letter_box
from tests.support.processes import scratch, wait_until
from tests.support.residents import member


def ask_for_a_link(server: ServerProcess, token: str) -> int:
    request = urllib.request.Request(
        f"{server.origin}/api/email/send",
        method="POST",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


# Where the worker is a child of `serve`.
@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.timeout(150)
async def test_a_mail_that_was_refused_at_first_comes_later(database_url: str) -> None:
    with scratch() as directory, letter_box() as box:
        box.refuses = True
        settings = {"PALIER_SMTP_URL": box.url}
        with ServerProcess(directory, database_url=database_url, settings=settings) as server:
            keyring = await asyncio.to_thread(server.keyring)
            (token,) = await let_in(database_url, member("gbwc9z1"), keyring=keyring)
            assert await asyncio.to_thread(ask_for_a_link, server, token) == 204
            await asyncio.to_thread(wait_until, lambda: box.refused > 0, 30, "a try")
            assert box.mails == []
            box.refuses = False
            await asyncio.to_thread(wait_until, lambda: len(box.mails) == 1, 60, "the next try")
            ((_, mail),) = box.mails
            assert f"{server.origin}/confirmer#" in mail.get_content()
            assert "Mails:" not in server.said()
