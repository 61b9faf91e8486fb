"""From what was asked to an alert: allowed, near, recent, of the kind's form, about an act."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.alerts.area import Reached, is_near
from realtime.alerts.filter import require_act
from realtime.alerts.kinds import KINDS, SEVERITIES, Severity
from realtime.alerts.model import Alert, raised
from realtime.alerts.pets.store import get_card
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.wire.alerts import AlertAsked, Details

# What happened later than now is a clock that is wrong; longer ago it is no alert.
AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=90)
_OF_A_FORM = {
    "pet": {
        "name",
        "species",
        "sex",
        "colours",
        "coat",
        "collar",
        "chipped",
        "approachable",
        "hidden_mark",
        "card",
    },
    "theft": {"object", "method", "from", "to"},
    "plain": set[str](),
}


def drafted(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: AlertAsked,
    reached: Reached,
    now: datetime,
    house: tuple[str, str] | None = None,
) -> Alert:
    """The alert that would be raised, everything checked but the quota. `house`: (id, name)."""
    row = KINDS[asked.kind]
    if row.act is None:
        raise Refused("not_allowed")
    rights.require(member, row.act, now)
    if house is None and not is_near(reached.cell, member.home_cell):
        raise Refused("too_far_from_home")
    if not now - OLDEST <= asked.occurred_at <= now + AHEAD:
        raise Refused("invalid", field="occurred_at")
    details, mark = details_of(tx, member, asked.kind, asked.details)
    require_acts(asked.title, asked.body, details)
    own_id = new_ulid(now)
    draft = Alert(
        id=own_id,
        kind=asked.kind,
        author=member.account,
        household=member.household,
        organisation=None if house is None else house[0],
        organisation_name="" if house is None else house[1],
        title=asked.title,
        body=asked.body,
        severity=severity_of(asked.kind, asked.severity),
        urgency=row.urgency,
        occurred_at=asked.occurred_at,
        cell=reached.cell,
        radius_m=reached.radius_m,
        cells=reached.cells,
        reached=reached.cells,
        raised_at=now,
        updated_at=now,
        expires_at=now + row.life,
        details=details,
        hidden_mark=mark,
    )
    return raised(draft, now)


def severity_of(kind: str, asked: Severity | None) -> Severity:
    """The kind's own, or what the author says up to the kind's worst."""
    row = KINDS[kind]
    if asked is None:
        return row.severity
    if SEVERITIES.index(asked) > SEVERITIES.index(row.worst):
        raise Refused("invalid", field="severity")
    return asked


def details_of(
    tx: Tx, member: Member, kind: str, asked: Details
) -> tuple[dict[str, object], str | None]:
    """The fields of this kind's form, the pet's card under them; the hidden mark apart."""
    given = asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    unknown = given.keys() - _OF_A_FORM[KINDS[kind].form]
    if unknown:
        raise Refused("invalid", field=f"details.{min(unknown)}")
    if asked.card is not None:
        given = get_card(tx, member.account, asked.card).details | given
    mark = given.pop("hidden_mark", None)
    given.pop("card", None)
    return given, None if mark is None else str(mark)


def require_acts(title: str, body: str, details: dict[str, object]) -> None:
    texts: dict[str, str | None] = {"title": title, "body": body}
    for name, value in details.items():
        if isinstance(value, str) and name not in ("from", "to"):
            texts[f"details.{name}"] = value
        elif isinstance(value, list):
            texts[f"details.{name}"] = ", ".join(map(str, value))
    require_act(texts)
