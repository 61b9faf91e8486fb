"""Tell the operator of something that should not be there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from realtime.wire.base import CommandSpec, EventSpec, Shape, TopicName, Ulid

Reportable = Literal["message", "alert", "sighting", "announcement", "member", "group", "filter"]
Reason = Literal["danger", "harassment", "hate", "private", "scam", "false", "spam", "other"]


class Report(Shape):
    """`id` is the object's: a message's, an alert's, an account, a group's topic. Of a `filter`
    that is wrong, `id` is the code of its refusal; `note` has the words it refused."""

    key: Ulid
    kind: Reportable
    id: TopicName
    reason: Reason
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""


class ReportAck(Shape):
    """The receipt. Whose report it is, the reported never learn."""

    number: Annotated[str, Field(examples=["7KQ4-M2ZP"])]


COMMANDS = [CommandSpec("report", Report, ReportAck, "Tell the operator; here is the receipt.")]
EVENTS: list[EventSpec] = []
