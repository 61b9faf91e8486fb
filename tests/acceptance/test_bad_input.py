"""Every command and every route answers garbage with a coded refusal, and goes on."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.wire import COMMANDS
from realtime.wire.http import ROUTES
from realtime.wire.route import RouteSpec
from realtime.wire.words import SENTENCES
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json
from tests.support.doors import let_in
from tests.support.garbage import ANY_JSON, nearly
from tests.support.residents import member

T = TypeVar("T")
HOME = "ezzzzz1"
OUR_FAULT = {"fault", "storage"}
CALM = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Three password hashes, or a mail, each.
SLOW = {"/api/session", "/api/accounts", "/api/password/forgot", "/api/password/reset"}
SLOWER = settings(CALM, max_examples=4)


class Line:
    """One member's connection in a thread of its own, for tests that are no coroutines."""

    def __init__(self, house: ServerProcess) -> None:
        self.house = house
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        (token,) = self._run(
            let_in(house.env["PALIER_DATABASE_URL"], member(HOME), keyring=house.keyring())
        )
        self.client = self._run(Client(house.origin, token).connect())

    def _run(self, wanted: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(wanted, self._loop).result(30)

    def command(self, name: str, payload: object) -> Json:
        return self._run(self.client.command(name, payload))

    def close(self) -> None:
        self._run(self.client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def line(house: ServerProcess) -> Iterator[Line]:
    connected = Line(house)
    yield connected
    connected.close()


def check_refusal(answer: Json) -> None:
    """A stable code, a sentence for a person, and which field it was."""
    assert answer["code"] in SENTENCES, answer
    assert answer["code"] not in OUR_FAULT, answer
    assert answer["message"]
    if answer["code"] == "invalid":
        assert isinstance(answer["field"], str)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_refuses_garbage_and_the_connection_stays(line: Line, name: str) -> None:
    @CALM
    @given(nearly(COMMANDS[name].payload))
    def garbage_is_refused(payload: Any) -> None:
        answer = line.command(name, payload)
        if answer["ok"] is not True:
            assert answer["ok"] is False
            check_refusal(answer)

    garbage_is_refused()
    assert not line.client.disconnected.is_set()
    assert line.command("sync", {})["ok"] is True
    assert line.house.faults() == []


@pytest.mark.parametrize(
    "name", ["nothing", "message.post ", "__class__", "SYNC", "x" * 64, "é", " ", "connect_error"]
)
def test_an_unknown_command_is_refused_and_the_connection_stays(line: Line, name: str) -> None:
    answer = line.command(name, {})
    assert (answer["ok"], answer["code"]) == (False, "invalid")
    assert line.command("sync", {})["ok"] is True
    assert line.house.faults() == []


BODIES = st.one_of(
    ANY_JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=200),
    st.sampled_from([b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 5_000]),
)
TYPES = st.sampled_from(
    ["application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data",
     "multipart/form-data; boundary=x", "", "é"]
)  # fmt: skip


def send(
    house: ServerProcess, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def check_answer(status: int, content: bytes) -> None:
    if status >= 400:
        answer = json.loads(content)
        assert status < 500, answer
        check_refusal(answer)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "stranger"])
def test_a_route_refuses_garbage(house: ServerProcess, route: RouteSpec, signed_in: bool) -> None:
    (token,) = asyncio.run(
        let_in(house.env["PALIER_DATABASE_URL"], member(HOME), keyring=house.keyring())
    )
    shaped = st.nothing() if route.request is None else nearly(route.request)
    bodies = BODIES | shaped.map(lambda value: json.dumps(value).encode())
    words = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=30)

    @(SLOWER if route.path in SLOW else settings(CALM, max_examples=20))
    @given(bodies, TYPES | st.just("application/json"), words, words)
    def garbage_is_refused(body: bytes, kind: str, inside: str, asked: str) -> None:
        path = re.sub(r"\{\w+\}", inside or "x", route.path)
        headers = {"Content-Type": kind.encode("latin-1").decode("latin-1")}
        if signed_in:
            headers["Authorization"] = f"Bearer {token}"
        has_body = route.method not in ("GET", "DELETE")
        check_answer(
            *send(house, route.method, f"{path}?q={asked}", body if has_body else None, headers)
        )

    garbage_is_refused()
    assert house.faults() == []
