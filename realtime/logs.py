"""Logs are events: a fixed name and fields, one JSON line each. No positions, words or secrets."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


def configure(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Set up structlog for the whole process; called once, by `app`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    # It warns, in its own words, of errors that it raises as well.
    logging.getLogger("psycopg").setLevel(logging.ERROR)


def log_for(area: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose lines carry `area`, e.g. "gateway"."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(area=area)
    return bound
