"""What every answer of the HTTP edge has in common, whoever asks for whatever."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter

import pytest

from tests.integration.http.conftest import PASSWORD, bearer, serve, sign_in


@pytest.fixture(params=["sqlite"])
def database_kind(request):
    return request.param


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "https://127.0.0.1",
    ],
)
async def test_a_page_of_another_origin_changes_nothing(client, camille, origin):
    token = await sign_in(client, "camille@example.org")

    answer = await client.delete("/api/session", headers={**bearer(token), "Origin": origin})

    assert answer.status == 403
    assert (await answer.json())["code"] == "origin"
    assert (await client.get("/api/me", headers=bearer(token))).status == 200


async def test_a_cross_site_request_without_origin_changes_nothing(client):
    answer = await client.delete("/api/session", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403


async def test_our_own_page_may_change_things(client, house):
    headers = {"Origin": house.settings.origin, "Sec-Fetch-Site": "same-origin"}
    assert (await client.delete("/api/session", headers=headers)).status == 204


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", ""])
async def test_another_host_gets_no_answer(client, host):
    answer = await client.get("/api/me", headers={"Host": host})
    assert answer.status == 403


async def test_probes_answer_under_any_host(client):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await client.get(path, headers={"Host": "10.0.0.7"})).status == 200


async def test_a_compressed_body_is_refused(client):
    answer = await client.post(
        "/api/session",
        data=gzip.compress(b"{}" * 1000),
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    assert answer.status == 415


async def test_a_large_body_is_refused(client):
    answer = await client.post("/api/session", json={"email": "x" * 40_000, "password": "y"})
    assert answer.status == 413


async def _pieces():
    for _ in range(5):
        yield b'"' + b"x" * 10_000


async def test_a_large_body_in_pieces_is_refused(client):
    answer = await client.post(
        "/api/session", data=_pieces(), headers={"Content-Type": "application/json"}
    )
    assert answer.status == 413


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("[]", ""),
        ("{", ""),
        ("null", ""),
        ('{"email": 3, "password": "x"}', "email"),
        ('{"email": "a@example.org"}', "password"),
        ('{"email": "a@example.org", "password": "x", "more": 1}', "more"),
        ('{"email": "nobody", "password": "x"}', "email"),
    ],
)
async def test_a_malformed_body_is_refused_by_field(client, body, field):
    answer = await client.post(
        "/api/session", data=body, headers={"Content-Type": "application/json"}
    )
    given = await answer.json()
    assert (answer.status, given["code"], given["field"]) == (400, "invalid", field)


async def test_a_form_is_no_json(client):
    answer = await client.post("/api/session", data={"email": "a@example.org", "password": "x"})
    assert answer.status == 415


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("", "Connectez-vous"),
        ("de, en;q=0.5", "Sign in"),
        ("en;q=0.4, fr-FR;q=0.8", "Connectez-vous"),
        ("en-GB", "Sign in"),
        ("*;q=x", "Connectez-vous"),
    ],
)
async def test_refusals_speak_the_language_of_the_browser(client, accepted, words):
    answer = await client.get("/api/me", headers={"Accept-Language": accepted})
    assert (await answer.json())["message"].startswith(words)


async def test_unknown_routes_and_methods_are_refused_as_json(client):
    unknown = await client.get("/api/nothing")
    wrong = await client.put("/api/session")
    assert (unknown.status, (await unknown.json())["code"]) == (404, "not_found")
    assert (wrong.status, (await wrong.json())["code"]) == (405, "method")


async def test_every_answer_carries_the_security_headers(client):
    for path in ("/", "/rue", "/api/me", "/healthz", "/api/nothing"):
        answer = await client.get(path)
        for name in (
            "Content-Security-Policy",
            "Referrer-Policy",
            "Permissions-Policy",
            "Cross-Origin-Opener-Policy",
        ):
            assert name in answer.headers, (path, name)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "aiohttp" not in answer.headers["Server"]


async def test_each_page_has_a_nonce_of_its_own(house, tmp_path):
    dist = house.client
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text('<script nonce="__NONCE__" src="/assets/a.js"></script>')
    (dist / "assets" / "a.js").write_text("1")
    (dist / "assets" / "a.js.gz").write_bytes(gzip.compress(b"1"))
    client = await serve(house)
    try:
        pages = [await client.get("/voisinage") for _ in range(2)]
        texts = [await page.text() for page in pages]
        script = await client.get("/assets/a.js", headers={"Accept-Encoding": "gzip"})
        script_text = await script.text()
        missing = await client.get("/assets/../../secret")
    finally:
        await client.close()

    assert texts[0] != texts[1]
    for page, text in zip(pages, texts, strict=True):
        nonce = text.split('"')[1]
        assert f"'nonce-{nonce}'" in page.headers["Content-Security-Policy"]
    assert script_text == "1"
    assert script.headers["Content-Encoding"] == "gzip"
    assert script.headers["Cache-Control"].endswith("immutable")
    assert missing.status == 404


async def test_the_page_says_whether_a_session_came_but_not_to_whoever_keeps_it(house):
    house.client.mkdir(parents=True)
    (house.client / "index.html").write_text("__VISIT__")
    client = await serve(house)
    opened, session = {"Sec-Fetch-Mode": "navigate"}, {"Cookie": "sid=one"}

    async def said(headers: dict[str, str]) -> str:
        return await (await client.get("/", headers=headers)).text()

    try:
        told = [await said(opened), await said(opened | session), await said(session)]
    finally:
        await client.close()

    assert told == ["stranger", "known", "unknown"]


async def test_without_a_built_client_the_page_says_so(client):
    answer = await client.get("/")
    assert "bin/setup" in await answer.text()


async def test_ready_names_what_is_relaxed_and_what_is_down(client, house):
    ready = await client.get("/readyz")
    body = await ready.json()
    assert (ready.status, body["database"], body["bus"]) == (200, "ok", "ok")
    assert body["relaxed"] == {"PALIER_LIMITS": "off"}


async def test_metrics_count_answers_by_route(client):
    await client.get("/api/me")
    text = await (await client.get("/metrics")).text()
    assert 'palier_http_requests_total{route="/api/me",status="401"}' in text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
async def test_metrics_are_not_told_through_a_proxy(client, name):
    """They count sockets exactly, which rooms do not."""
    answer = await client.get("/metrics", headers={name: "for=203.0.113.9"})
    assert (answer.status, (await answer.json())["code"]) == (404, "not_found")


async def statuses_of(client, bodies):
    """Of sign-ins all asked for at once."""
    answers = await asyncio.gather(*(client.post("/api/session", json=body) for body in bodies))
    return Counter(answer.status for answer in answers)


@pytest.mark.parametrize("at_once", [1, 34])
async def test_five_wrong_passwords_make_the_next_try_wait(client, house, camille, at_once):
    object.__setattr__(house.limits, "_is_on", True)
    wrong = {"email": "camille@example.org", "password": "pas le bon"}
    answers: Counter[int] = Counter()
    while answers.total() < 34:
        answers += await statuses_of(client, [wrong] * at_once)

    right = await client.post("/api/session", json=wrong | {"password": PASSWORD})

    assert answers == {401: 5, 429: 29}
    assert right.status == 429
    assert int(right.headers["Retry-After"]) > 60
    # The others of the house may: their IP has 25 tries left.
    others = [wrong | {"email": f"{number}@example.org"} for number in range(30)]
    assert await statuses_of(client, others) == {401: 25, 429: 5}


async def test_a_full_house_signs_in_all_day(client, house, camille):
    object.__setattr__(house.limits, "_is_on", True)
    right = {"email": "camille@example.org", "password": PASSWORD}
    for _ in range(10):
        assert await statuses_of(client, [right] * 4) == {200: 4}


async def test_a_server_too_busy_to_look_takes_no_try(client, house, camille, monkeypatch):
    object.__setattr__(house.limits, "_is_on", True)
    body = {"email": "camille@example.org", "password": PASSWORD}
    with monkeypatch.context() as patched:
        patched.setattr("realtime.accounts.passwords.WAITING", 0)
        assert await statuses_of(client, [body] * 5) == {429: 5}
    assert await statuses_of(client, [body]) == {200: 1}
