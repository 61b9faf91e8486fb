"""Whatever a stranger sends to whatever route: a coded refusal, never a fault of ours."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.wire.http import ROUTES, STATUS
from tests.integration.http.conftest import bearer, sign_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = sorted({name for route in ROUTES if route.request for name in route.request.model_fields})
BODIES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6).map(
        lambda v: json.dumps(v).encode()
    )
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept-Language", "Cookie", "Authorization", "Content-Type", "X-Any"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    max_size=3,
)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_garbage_is_refused_with_a_code(client, camille, capfd, route):
    token = await sign_in(client, "camille@example.org")
    seen = []

    @given(
        body=BODIES, headers=HEADERS, word=st.text(min_size=1, max_size=30), signed_in=st.booleans()
    )
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def invent(body, headers, word, signed_in):
        seen.append((body, headers, word, signed_in))

    invent()
    for body, headers, word, signed_in in seen:
        path = route.path
        for part in ("session", "photo"):
            path = path.replace("{" + part + "}", quote(word, safe=""))
        given_headers = {"Content-Type": "application/json", **headers}
        if signed_in:
            given_headers |= bearer(token)
        answer = await client.request(
            route.method, path, data=body, headers=given_headers, params={"q": word}
        )
        assert answer.status < 500, (route, body, headers, word, await answer.text())
        if answer.status >= 400:
            told = await answer.json()
            assert told["message"]
            assert STATUS.get(told["code"], 400) == answer.status
        if route.path == "/api/session" and route.method == "DELETE" and answer.status == 204:
            token = await sign_in(client, "camille@example.org")
    assert "request_failed" not in "".join(capfd.readouterr())


async def test_a_zero_byte_is_refused_wherever_text_is_kept(client, camille):
    token = await sign_in(client, "camille@example.org")
    named = await client.patch(
        "/api/me", json={"display_name": "Ca\x00mille"}, headers=bearer(token)
    )
    forgot = await client.post("/api/password/forgot", json={"email": "a\x00@example.org"})
    confirm = await client.post("/api/email/confirm", json={"token": "\x00"})
    session = await client.delete("/api/sessions/%00", headers=bearer(token))
    found = await client.get("/api/addresses?q=%00%00%00rue")
    odd = await client.get("/api/me", headers=bearer("\xff"))

    assert (named.status, forgot.status, confirm.status) == (400, 400, 400)
    assert (session.status, odd.status) == (400, 401)
    assert found.status == 400
