"""Every knob, read once at start. Nothing else reads the environment."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from realtime.errors import BadSetting

LEVELS = ("location", "vouched", "postcard", "in_person")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
# A secret that is guessed gives away every sealed address. Shorter ones are for trials, or a slip.
_SECRET_OFF_LOOPBACK = 16
_SECRET = 8
# Further than any test goes, and no date overflows.
_OFFSET_SECONDS = 10 * 366 * 86_400


class Settings(BaseSettings):
    """The environment, validated. Field `x_y` is the variable `PALIER_X_Y`."""

    model_config = SettingsConfigDict(env_prefix="PALIER_", frozen=True, extra="ignore")

    data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    origin: str = "http://127.0.0.1:8000"
    secret: str = ""
    smtp_url: str = ""
    operator_mail: str = ""
    geocoder_url: str = ""
    geoip_db: str = ""
    map_tiles: str = ""
    trusted_proxies: str = ""
    visitor_hours: int = 48
    street_levels: str = "vouched,postcard,in_person"
    push_extra_hosts: str = ""
    example: Literal["auto", "off"] = "auto"
    limits: Literal["on", "off"] = "on"
    direct_writes: Literal["on", "off"] = "on"
    clock_offset_s: float = 0.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings)

    @field_validator("origin")
    @classmethod
    def _origin_is_exact(cls, value: str) -> str:
        parts = urlsplit(value)
        if not _names_a_host(value, "http", "https"):
            raise ValueError("must be one exact origin, like https://palier.example.org")
        if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
            raise ValueError("must not have a path, a query or a user name")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: str) -> str:
        file = value.removeprefix("sqlite:///")
        if file != value and (not file or file == ":memory:"):
            raise ValueError("must name a file, like sqlite:///palier.db")
        if value and file == value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        # PostgreSQL may fail over: each of the hosts has its port.
        for host in urlsplit(value).netloc.rpartition("@")[2].split(","):
            _ = urlsplit(f"//{host}").port  # raises what is wrong with it
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_is_known(cls, value: str) -> str:
        is_socket = value.startswith("unix:///")
        if value and not is_socket and not _names_a_host(value, "redis", "rediss"):
            raise ValueError("must be like redis://host, rediss://host or unix:///path")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _post_is_known(cls, value: str) -> str:
        if value and not _names_a_host(value, "smtp", "smtp+starttls", "smtps"):
            raise ValueError("must be smtp://, smtp+starttls:// or smtps://host")
        return value

    @field_validator("geocoder_url")
    @classmethod
    def _geocoder_is_known(cls, value: str) -> str:
        if value and (not _names_a_host(value, "http", "https") or urlsplit(value).query):
            raise ValueError("must be like https://host or https://host/path")
        return value

    @field_validator("push_extra_hosts")
    @classmethod
    def _hosts_are_bare(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            if not _HOST.fullmatch(part) or not _names_a_host(f"http://{part}", "http"):
                raise ValueError(f"{part!r} is not host or host:port, in small letters")
        return value

    @field_validator("operator_mail")
    @classmethod
    def _mail_is_one(cls, value: str) -> str:
        if value and not _MAIL.fullmatch(value):
            raise ValueError("must be one mail address, like you@example.org")
        return value

    @field_validator("secret")
    @classmethod
    def _secret_is_one(cls, value: str) -> str:
        if value and len(value) < _SECRET:
            raise ValueError(f"must have {_SECRET} characters at least")
        return value

    @field_validator("data_dir")
    @classmethod
    def _folder_is_one(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(f"{value} is not a folder")
        return value

    @field_validator("clock_offset_s")
    @classmethod
    def _offset_is_near(cls, value: float) -> float:
        if not math.isfinite(value) or abs(value) > _OFFSET_SECONDS:
            raise ValueError("must be seconds, at most ten years of them")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"{part!r} is not an IP network, like 10.0.0.0/8") from None
        return value

    @field_validator("visitor_hours")
    @classmethod
    def _hours_are_positive(cls, value: int) -> int:
        if not 1 <= value <= 24 * 30:
            raise ValueError("must be between 1 and 720")
        return value

    @field_validator("street_levels")
    @classmethod
    def _levels_are_known(cls, value: str) -> str:
        unknown = {level.strip() for level in value.split(",")} - set(LEVELS)
        if unknown:
            raise ValueError(f"unknown level {sorted(unknown)[0]!r}; known: {', '.join(LEVELS)}")
        return value

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.origin).hostname in _LOOPBACK

    @property
    def session_cookie(self) -> str:
        """`__Host-` binds a cookie to this very host, and demands https."""
        return "__Host-sid" if self.origin.startswith("https://") else "sid"

    @property
    def database(self) -> str:
        """The database's URL: the given one, or a file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'palier.db'}"

    @property
    def levels_of_the_street(self) -> frozenset[str]:
        return frozenset(level.strip() for level in self.street_levels.split(","))

    @property
    def visitor_time(self) -> timedelta:
        return timedelta(hours=self.visitor_hours)

    @property
    def clock_offset(self) -> timedelta:
        return timedelta(seconds=self.clock_offset_s)

    @property
    def relaxed(self) -> dict[str, str]:
        """What is loosened for trials; shown by /readyz."""
        loose = {}
        if self.limits == "off":
            loose["PALIER_LIMITS"] = "off"
        if self.clock_offset_s:
            loose["PALIER_CLOCK_OFFSET_S"] = f"{self.clock_offset_s:g}"
        return loose


def from_environ(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings, or BadSetting with one clear line."""
    try:
        if environ is None:
            settings = Settings()
        else:
            prefix = "PALIER_"
            given = {
                name.removeprefix(prefix).lower(): value
                for name, value in environ.items()
                if name.startswith(prefix)
            }
            settings = Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "PALIER_" + str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise BadSetting(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
    _check_together(settings)
    if settings.is_loopback and not settings.operator_mail:
        settings = settings.model_copy(update={"operator_mail": "operator@example.org"})
    return settings


def _check_together(settings: Settings) -> None:
    if settings.is_loopback:
        return
    if settings.relaxed:
        name = next(iter(settings.relaxed))
        raise BadSetting(f"{name} is for trials: it needs PALIER_ORIGIN on a loopback address")
    if not settings.operator_mail:
        raise BadSetting("PALIER_OPERATOR_MAIL is required when PALIER_ORIGIN is not loopback")
    if settings.secret and len(settings.secret) < _SECRET_OFF_LOOPBACK:
        raise BadSetting(f"PALIER_SECRET must have {_SECRET_OFF_LOOPBACK} characters at least")
    if not settings.origin.startswith("https://"):
        raise BadSetting("PALIER_ORIGIN must be https:// when it is not a loopback address")


def _names_a_host(url: str, *schemes: str) -> bool:
    """Whether it is `scheme://host[:port]…`. A ValueError says what is wrong with the port."""
    parts = urlsplit(url)
    return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
