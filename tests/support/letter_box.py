"""A real SMTP server of our own; it keeps what it is given, or says « later »."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support import canary
from tests.support.processes import free_port


class LetterBox:
    """`mails`: to whom, and what. No address of anybody may be in them."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refuses = False
        self.refused = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            self.refused += 1
            return "451 later, please"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        canary.look_at_mail(mail, "by SMTP")
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


@contextmanager
def letter_box() -> Iterator[LetterBox]:
    """One that listens, in a thread of its own."""
    box = LetterBox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()
