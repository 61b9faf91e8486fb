"""A wrong value stops the start with one clear line that names its setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from realtime.__main__ import main
from realtime.errors import BadSetting
from realtime.settings import Settings, from_environ

OFF_LOOPBACK = {
    "PALIER_ORIGIN": "https://palier.example.org",
    "PALIER_OPERATOR_MAIL": "ada@example.org",
}
# The files these name are opened, and judged, by the parts that read them, before a node listens.
JUDGED_WHEN_OPENED = {"PALIER_GEOIP_DB", "PALIER_MAP_TILES"}
WRONG = {
    "PALIER_DATA_DIR": [__file__],
    "PALIER_DATABASE_URL": [
        "sqlite:///", "sqlite:///:memory:", "sqlite://file.db", "mysql://db/palier", "palier.db",
        "postgresql://db:port/palier", "postgresql://db:99999/palier", "postgresql://[db/palier",
        "postgresql://db:5432,spare:port/palier",
    ],
    "PALIER_REDIS_URL": [
        "redis://127.0.0.1:99999", "redis://127.0.0.1:port", "redis://", "unix://",
        "127.0.0.1:6379", "http://127.0.0.1:6379",
    ],
    "PALIER_ORIGIN": [
        "*", "null", "palier.example.org", "http://", "https://palier.example.org/chat",
        "https://ada@palier.example.org", "http://127.0.0.1:99999", "ftp://palier.example.org",
    ],
    "PALIER_SECRET": ["x", "1234567"],
    "PALIER_SMTP_URL": ["http://mail", "mail:25", "smtp://", "smtp://mail:99999"],
    "PALIER_OPERATOR_MAIL": ["not a mail", "ada", "ada@", "a@b@c", "ada@b.org\nBcc: c@b.org"],
    "PALIER_GEOCODER_URL": ["ftp://x", "nonsense", "https://", "https://host?x=1", "http://h:port"],
    "PALIER_TRUSTED_PROXIES": ["10.0.0.0/8,localhost", "10.0.0.0/33"],
    "PALIER_VISITOR_HOURS": ["0", "721", "two", "1.5"],
    "PALIER_STREET_LEVELS": ["", "postcard,nobody"],
    "PALIER_PUSH_EXTRA_HOSTS": ["http://x/", "push/", "push:0", "push:99999", "a b", "é.fr"],
    "PALIER_EXAMPLE": ["on", ""],
    "PALIER_LIMITS": ["none"],
    "PALIER_DIRECT_WRITES": ["1"],
    "PALIER_CLOCK_OFFSET_S": ["nan", "inf", "1e300", "-1e300", "noon", "400000000"],
}  # fmt: skip
RIGHT = {
    "PALIER_DATABASE_URL": ["", "sqlite:///palier.db", "postgresql://palier@db:5432/palier",
                            "postgres:///palier?host=/run/postgresql",
                            "postgresql://ada:a,b@db:5432,[::1]:5433,spare/palier?connect_timeout=2"],
    "PALIER_REDIS_URL": ["", "redis://bus:6379/0", "rediss://ada:word@bus", "unix:///run/redis.sock"],
    "PALIER_SMTP_URL": ["", "smtps://ada:word@mail:465", "smtp+starttls://mail", "smtp://[::1]:25"],
    "PALIER_GEOCODER_URL": ["", "https://geocoder.example.org/search"],
    "PALIER_PUSH_EXTRA_HOSTS": ["", "push.example.org", "127.0.0.1:9000, push-2.example.org:443",
                                "[::1]:9000"],
    "PALIER_TRUSTED_PROXIES": ["", "127.0.0.1,10.0.0.0/8"],
    "PALIER_CLOCK_OFFSET_S": ["0", "-3600", "5184000"],
}  # fmt: skip


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values]


def test_every_setting_is_tried() -> None:
    names = {f"PALIER_{name.upper()}" for name in Settings.model_fields}
    assert WRONG.keys() | JUDGED_WHEN_OPENED == names


@pytest.mark.parametrize(("name", "value"), pairs(WRONG))
def test_a_wrong_value_is_told_in_one_line(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as bad:
        from_environ({name: value})
    assert str(bad.value).startswith(f"{name}: ")
    assert "\n" not in str(bad.value)


@pytest.mark.parametrize(("name", "value"), pairs(RIGHT))
def test_a_right_value_is_taken(name: str, value: str) -> None:
    from_environ({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PALIER_LIMITS", "off"),
        ("PALIER_CLOCK_OFFSET_S", "60"),
        ("PALIER_OPERATOR_MAIL", ""),
        ("PALIER_ORIGIN", "http://palier.example.org"),
        ("PALIER_SECRET", "fifteen letters"),
    ],
)
def test_what_is_for_trials_needs_a_loopback_origin(name: str, value: str) -> None:
    from_environ({name: value} if name != "PALIER_ORIGIN" else {})
    from_environ(OFF_LOOPBACK)
    with pytest.raises(BadSetting, match=name):
        from_environ(OFF_LOOPBACK | {name: value})


def test_what_is_loosened_is_known() -> None:
    loosened = from_environ({"PALIER_LIMITS": "off", "PALIER_CLOCK_OFFSET_S": "60"})
    assert loosened.relaxed == {"PALIER_LIMITS": "off", "PALIER_CLOCK_OFFSET_S": "60"}
    assert loosened.operator_mail == "operator@example.org"


def test_the_start_ends_with_that_line_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PALIER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PALIER_CLOCK_OFFSET_S", "nan")
    assert main(["serve"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("palier: PALIER_CLOCK_OFFSET_S: ")
    assert said.err.count("\n") == 1
