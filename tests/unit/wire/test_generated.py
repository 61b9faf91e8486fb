"""The generated contract says what the types say, and the files in the repository are fresh."""

from __future__ import annotations

import pytest

from realtime.wire import COMMANDS, EVENTS
from realtime.wire.generate import FILES, stale, write
from realtime.wire.generate.schemas import all_schemas
from realtime.wire.generate.yaml import dump
from realtime.wire.http import ROUTES


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_written_once_and_then_fresh(tmp_path, name):
    assert name in stale(tmp_path)
    assert name in write(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / name).write_text("something else")
    assert stale(tmp_path) == [name]


@pytest.mark.parametrize("name", ["web_client/src/wire.ts", "docs/wire.md", "docs/asyncapi.yaml"])
def test_every_command_and_event_is_in_it(name):
    text = FILES[name]()
    for registered in (*COMMANDS, *EVENTS):
        assert registered in text


@pytest.mark.parametrize("name", ["web_client/src/wire.ts", "docs/wire.md", "docs/openapi.yaml"])
def test_every_route_is_in_it(name):
    text = FILES[name]()
    for route in ROUTES:
        assert route.path in text


def test_every_reference_names_a_shape():
    known = all_schemas()

    def follow(node):
        if isinstance(node, dict):
            if "$ref" in node:
                assert node["$ref"].rpartition("/")[2] in known
            for value in node.values():
                follow(value)
        elif isinstance(node, list):
            for value in node:
                follow(value)

    follow(list(known.values()))


def test_yaml_quotes_what_yaml_would_misread():
    assert dump({"on": ["yes", "1", "plain", True, None, []]}) == (
        '"on":\n  - "yes"\n  - "1"\n  - plain\n  - true\n  - null\n  - []\n'
    )
