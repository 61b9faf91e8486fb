"""A restore from an older copy: clients who saw more are told, and nothing is shown twice."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.processes import scratch
from tests.support.restore import new_epoch_statements

CELL = "gbwc9z1"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


async def test_after_a_restore_a_client_that_saw_more_reloads_and_goes_on(
    database_url: str,
) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    with scratch() as home, ServerProcess(home, database_url=database_url) as server:
        ada, bo = server.demo(2, cell=CELL)
        a = await Client(server.origin, ada.token).connect()
        b = await Client(server.origin, bo.token).connect()
        await a.post("street", "avant")
        await b.wait_for("message.posted", text="avant")
        copy = path.with_suffix(".copy")
        with sqlite3.connect(path) as live, sqlite3.connect(copy) as target:
            live.backup(target)
        live.close()
        target.close()
        await a.post("street", "perdu")
        await b.wait_for("message.posted", text="perdu")
        server.stop()

        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(copy, path)
        with sqlite3.connect(path) as restored:
            restored.executescript("\n".join(new_epoch_statements()))
        restored.close()
        server.start()

        topic = f"street:{CELL}"
        await b.connect()
        assert topic in b.reloaded
        assert b.positions[topic] == ("RESTORED", 1)
        await a.connect()
        await a.post("street", "après")
        await b.wait_for("message.posted", text="après")
        assert b.texts(topic) == ["après"]
        shown = (await b.ask("conversations", view="street"))["conversations"]
        assert {one["message"]["text"] for one in shown} == {"avant", "après"}
        await a.close()
        await b.close()
