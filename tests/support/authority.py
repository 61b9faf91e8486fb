"""Who may do what, as a table: each command in each room or on each object, by role.

A role that is not named in a row's refusals must be allowed. FEATURES.md in rows: a command
without one fails its test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from realtime.clock import to_iso
from realtime.geo.cells import centre
from realtime.ids import new_ulid
from tests.support.clients import Json, new_key

# All but `far` live where the objects are; `far` is a resident elsewhere. A `colleague` speaks for
# the same organisation, a `former` one for another now: where a row does not name them they may
# what the organisation may.
_NAMED = ("visitor", "expired", "location", "vouched", "postcard", "organisation", "far")
_STAFF = ("colleague", "former")
ROLES = (*_NAMED, *_STAFF)


@dataclass
class Objects:
    """What Ada, a resident, made before anybody else acts; `accounts` by role."""

    cell: str
    made: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.made[name]

    def place(self) -> Json:
        lon, lat = centre(self.cell)
        return {"lon": lon, "lat": lat}


Payload = Callable[[Objects], Json]


@dataclass(frozen=True)
class Row:
    command: str
    where: str
    payload: Payload
    refused: Mapping[str, str]

    def expected(self, role: str) -> str:
        """ "ok", or the refusal. Who is or was of a staff may what the others of it may, else."""
        of_staff = role in ("colleague", "former")
        return self.refused.get(role) or self.refused.get(
            "organisation" if of_staff else role, "ok"
        )

    def __str__(self) -> str:
        return f"{self.command} {self.where}".strip()


def row(command: str, payload: Payload | None = None, where: str = "", /, **refused: str) -> Row:
    return Row(command, where, payload or (lambda o: {}), refused)


def but(*roles: str, code: str) -> dict[str, str]:
    """Refused to everybody except these."""
    return {role: code for role in _NAMED if role not in roles}


def now() -> str:
    return to_iso(datetime.now(UTC))


def tomorrow() -> str:
    return to_iso(datetime.now(UTC) + timedelta(days=1))


def alert(kind: str, **more: Any) -> Payload:
    def payload(o: Objects) -> Json:
        plain = {"kind": kind, "title": "Un titre", "occurred_at": now(), "place": o.place()}
        return plain | more

    return payload


def keyed(**fixed: Any) -> Payload:
    return lambda o: {"key": new_key(), **fixed}


def of(name: str, field_name: str = "id", /, **fixed: Any) -> Payload:
    return lambda o: {field_name: o.made[name], **fixed}


def keyed_of(name: str, field_name: str = "id", /, **fixed: Any) -> Payload:
    return lambda o: {"key": new_key(), field_name: o.made[name], **fixed}


NOBODY = new_ulid(datetime.now(UTC))
# What the two views answer to those outside.
STREET_READ = {
    "visitor": "street", "expired": "expired", "location": "street", "organisation": "street",
}  # fmt: skip
AREA_READ = {"expired": "expired", "organisation": "not_allowed"}
AREA_WRITE = {"visitor": "visitor"} | AREA_READ
FAR = {"far": "not_found"}
EVERYBODYS = dict.fromkeys(_NAMED, "not_found")
THEIRS = but("organisation", code="not_found") | {"former": "not_found"}

ROOMS = (
    row("sync"),
    row("read", lambda o: {"positions": {}}),
    row("conversations", lambda o: {"view": "street"}, "of the street", **STREET_READ),
    row("conversations", lambda o: {"view": "neighbourhood"}, "wider", **AREA_READ),
    row("history", of("street", "conversation"), "of the street", **STREET_READ | FAR),
    row("history", of("wide", "conversation"), "wider", **AREA_READ | FAR),
    row("message.post", keyed(to="street", text="x"), "opens, street", **STREET_READ),
    row("message.post", keyed(to="neighbourhood", text="x"), "opens, wider", **AREA_WRITE),
    row("message.post", keyed_of("street", "reply_to", text="x"), "street", **STREET_READ | FAR),
    row("message.post", keyed_of("wide", "reply_to", text="x"), "wider", **AREA_WRITE | FAR),
    row("message.edit", of("street", text="x"), "of the street",
        **but(code="not_author") | STREET_READ | FAR),
    row("message.edit", of("wide", text="x"), "wider", **but(code="not_author") | AREA_READ | FAR),
    row("message.delete", of("street"), "of the street",
        **but(code="not_author") | STREET_READ | FAR),
    row("message.delete", of("wide"), "wider", **but(code="not_author") | AREA_READ | FAR),
    row("message.react", of("street", reaction="heart"), "of the street", **STREET_READ | FAR),
    row("message.react", of("wide", reaction="heart"), "wider", **AREA_WRITE | FAR),
    row("search", lambda o: {"q": "bonjour"}, **AREA_READ),
    row("search", lambda o: {"q": "bonjour", "in": "street"}, "in the street", **STREET_READ
        | {"organisation": "not_allowed"}),
    row("search", lambda o: {"q": "bonjour", "in": "neighbourhood"}, "wider", **AREA_READ),
    row("search", lambda o: {"q": "bonjour", "in": o.street}, "in a conversation",
        **AREA_READ | FAR | {"visitor": "not_found", "location": "not_found"}),
    row("report", keyed_of("street", kind="message", reason="spam"), "words of the street",
        **STREET_READ | FAR),
    row("report", keyed_of("wide", kind="message", reason="spam"), "words", **AREA_READ | FAR),
    row("report", keyed_of("alert", kind="alert", reason="false"), "an alert",
        expired="expired", organisation="not_allowed", far="not_found"),
    row("report", keyed_of("sighting", kind="sighting", reason="false"), "a sighting that waits",
        **but(code="not_found") | {"expired": "expired", "organisation": "not_allowed"}),
    row("report", keyed_of("announcement", kind="announcement", reason="other"), "news", **FAR),
    row("report", keyed_of("ada", kind="member", reason="harassment"), "a member",
        expired="expired", organisation="not_allowed"),
    row("report", keyed_of("group", kind="group", reason="scam"), "a group",
        expired="expired", organisation="not_allowed", far="not_found"),
    row("prefs.get"),
    row("prefs.set", lambda o: {"digest_at": "09:00"}),
    row("presence.set", lambda o: {"visible_to": "nobody"}),
    row("push.seen", lambda o: {"device": NOBODY, "subjects": [NOBODY]}),
)  # fmt: skip

EVERYDAY = ("lost_cat", "lost_dog", "lost_found_object", "outage", "road", "help_needed")
SERIOUS = ("theft", "scam_doorstep", "hazard")
UNPROVED = {"visitor": "visitor", "expired": "expired"}


def raises(kind: str, **refused: str) -> Row:
    def payload(o: Objects) -> Json:
        return {"key": new_key(), **alert(kind)(o)}

    return row("alert.raise", payload, kind, **{"far": "too_far_from_home"} | refused)


ALERTS = (
    row("alert.preview", alert("found_pet"), "found pet",
        expired="expired", organisation="not_allowed", far="too_far_from_home"),
    raises("found_pet", expired="expired", organisation="not_allowed"),
    *(raises(kind, organisation="not_allowed", **UNPROVED) for kind in EVERYDAY),
    *(raises(kind, location="not_allowed", organisation="not_allowed", **UNPROVED)
      for kind in SERIOUS),
    raises("danger_now",
        **but("postcard", "far", code="not_allowed") | UNPROVED),
    raises("official",
        **but("organisation", code="not_allowed") | UNPROVED),
    row("alert.open", of("alert"), expired="expired", organisation="not_allowed", far="not_found"),
    row("alert.update", of("alert", title="Non"), **EVERYBODYS),
    row("alert.still_missing", of("alert"), **EVERYBODYS),
    row("alert.resolve", of("alert", outcome="home"), **EVERYBODYS),
    row("alert.withdraw", of("alert"), **EVERYBODYS),
    row("alert.answer_sighting", of("sighting", "sighting", accept=True), **EVERYBODYS),
    row("alert.open", of("official"), "an organisation's", far="not_found"),
    row("alert.update", of("official", title="Non"), "an organisation's", **THEIRS),
    row("alert.still_missing", of("official"), "an organisation's", **THEIRS),
    row("alert.resolve", lambda o: {"id": o.officials.pop(), "outcome": "over"},
        "an organisation's", **THEIRS),
    row("alert.withdraw", lambda o: {"id": o.officials.pop()}, "an organisation's", **THEIRS),
    row("alert.sighting",
        lambda o: {"key": new_key(), "id": o.alert, "at": now(), "place": o.place()},
        expired="expired", organisation="not_allowed", far="not_found"),
    row("alert.confirm", of("alert"),
        visitor="visitor", expired="expired", organisation="not_allowed", far="not_found"),
    row("alert.dispute", of("quiet_alert"),
        visitor="visitor", expired="expired", organisation="not_allowed", far="not_found"),
    row("alert.follow", of("alert"),
        expired="expired", organisation="not_allowed", far="not_found"),
    row("pets"),
    row("pet.save", keyed(details={"name": "Moka"}), expired="expired",
        organisation="not_allowed"),
    row("pet.delete", lambda o: {"id": NOBODY}),
    row("announcement.publish",
        keyed(title="x", body="y", level="info", expires_at=tomorrow()),
        **but("organisation", code="not_allowed")
        | {"visitor": "visitor", "expired": "expired"}),
    # The organisation took it back: its colleague finds it closed, and who left does not find it.
    row("announcement.withdraw", of("announcement"),
        **but("organisation", code="not_allowed") | {"visitor": "visitor", "expired": "expired"}
        | {"colleague": "announcement_closed", "former": "not_found"}),
    row("announcements", None, "",
        **but("organisation", code="not_allowed")
        | {"visitor": "visitor", "expired": "expired"}),
)  # fmt: skip

# In turn: nobody is in the groups, then whoever may joins the open one, then they leave.
OUTSIDE = EVERYBODYS | AREA_READ
JOINS = {"visitor": "visitor", "far": "not_found"} | AREA_READ
INSIDE = {"visitor": "not_found", "far": "not_found"} | AREA_READ
NOT_IN_IT = dict.fromkeys(("visitor", "expired", "organisation", "far"), "not_found")
MODERATORS = but(code="not_moderator") | JOINS
# With Ada; who has no thread is answered as in that of two others.
HAVE_THREAD = ("visitor", "location", "vouched", "postcard")
NO_THREAD = {"far": "not_found"} | AREA_READ

NEIGHBOURS = (
    row("groups", None, "", **AREA_READ),
    row("group.open", of("group", "topic"), "an open one", **AREA_READ | FAR),
    row("group.open", of("hidden", "topic"), "a hidden one", **OUTSIDE),
    row("history", of("group", "topic"), "of a group, outside", **OUTSIDE),
    row("message.post", keyed_of("group", "to", text="x"), "in a group, outside", **OUTSIDE),
    row("message.edit", of("in_group", text="x"), "in a group, outside", **OUTSIDE),
    row("message.delete", of("in_group"), "in a group, outside", **OUTSIDE),
    row("message.react", of("in_group", reaction="heart"), "in a group, outside", **OUTSIDE),
    row("typing", of("group", "topic"), "in a group, outside", **OUTSIDE),
    row("report", keyed_of("in_group", kind="message", reason="spam"), "in a group, outside",
        **OUTSIDE),
    row("search", lambda o: {"q": "bonjour", "in": o.group}, "in a group, outside", **OUTSIDE),
    row("group.join", of("hidden", "topic"), "a hidden one", **OUTSIDE),
    row("group.join", of("group", "topic"), "an open one", **JOINS),
    row("history", of("group", "topic"), "of a group, inside", **INSIDE),
    row("message.post", keyed_of("group", "to", text="x"), "in a group, inside", **INSIDE),
    row("message.react", of("in_group", reaction="heart"), "in a group, inside", **INSIDE),
    row("message.edit", of("in_group", text="x"), "in a group, inside",
        **but(code="not_author") | INSIDE),
    row("message.delete", of("in_group"), "in a group, inside",
        **but(code="not_author") | INSIDE),
    row("search", lambda o: {"q": "bonjour", "in": o.group}, "in a group, inside", **INSIDE),
    row("typing", of("group", "topic"), "in a group, inside", **INSIDE),
    row("group.invite", lambda o: {"topic": o.hidden, "account": o.bo}, "to a hidden one",
        **OUTSIDE),
    row("group.answer", lambda o: {"topic": o.group, "account": o.bo, "accept": True},
        **MODERATORS),
    row("group.appoint", lambda o: {"topic": o.group, "account": o.bo, "standing": "member"},
        **MODERATORS),
    row("group.remove", lambda o: {"topic": o.group, "account": o.bo},
        **MODERATORS),
    row("group.change", of("group", "topic", name="x"), **MODERATORS),
    row("group.leave", of("group", "topic"),
        **NOT_IN_IT),
    row("group.create", keyed(name="Chats", access="open", category="animaux"), **AREA_WRITE),
    row("direct.open", keyed_of("ada", "account"), "with a neighbour", **AREA_READ | FAR),
    row("direct.accept", of("thread", "topic"), "others'", **OUTSIDE),
    row("direct.decline", of("thread", "topic"), "others'", **OUTSIDE),
    row("history", of("thread", "topic"), "of two others", **OUTSIDE),
    row("message.post", keyed_of("thread", "to", text="x"), "between two others", **OUTSIDE),
    row("search", lambda o: {"q": "bonjour", "in": o.thread}, "between two others", **OUTSIDE),
    row("message.edit", of("in_thread", text="x"), "between two others", **OUTSIDE),
    row("message.delete", of("in_thread"), "between two others", **OUTSIDE),
    row("message.react", of("in_thread", reaction="heart"), "between two others", **OUTSIDE),
    row("typing", of("thread", "topic"), "between two others", **OUTSIDE),
    row("report", keyed_of("in_thread", kind="message", reason="spam"), "between two others",
        **EVERYBODYS),
    row("history", of("own_thread", "topic"), "of one's own", **NO_THREAD),
    row("message.post", keyed_of("own_thread", "to", text="x"), "in one's own", **NO_THREAD),
    row("message.edit", of("own_words", text="x"), "in one's own", **NO_THREAD),
    row("message.edit", of("adas_words", text="x"), "the other's",
        **but(code="not_author") | NO_THREAD),
    row("message.react", of("adas_words", reaction="heart"), "in one's own", **NO_THREAD),
    row("message.delete", of("adas_words"), "the other's",
        **but(code="not_author") | NO_THREAD),
    row("message.delete", of("own_words"), "in one's own", **NO_THREAD),
    row("search", lambda o: {"q": "bonjour", "in": o.own_thread}, "in one's own", **NO_THREAD),
    row("typing", of("own_thread", "topic"), "in one's own", **NO_THREAD),
    row("report", keyed_of("adas_words", kind="message", reason="spam"), "in one's own",
        **dict.fromkeys(NO_THREAD, "not_found")),
    row("directs", None, ""),
    row("block", of("bo", "account")),
    row("blocks"),
    row("unblock", of("bo", "account")),
    row("directory", lambda o: {"ring": "street"}, "of the street", **STREET_READ),
    row("directory", lambda o: {"ring": "neighbourhood"}, "wider", **AREA_READ),
    row("listing.get", None, ""),
    row("listing.set", lambda o: {"skills": ["vélo"]}),
    row("arrivals", None, "", **AREA_READ),
    row("member.welcome", of("bo", "account"), "who lives here already",
        **OUTSIDE | {"visitor": "visitor"}),
)  # fmt: skip


@dataclass(frozen=True)
class RouteRow:
    """A route behind a sign-in, and the status for each role; "else" for those not named."""

    route: str
    answers: Mapping[str, int]
    body: Json | Payload | None = None
    named: Mapping[str, str] = field(default_factory=dict)

    def sent(self, o: Objects) -> Json | None:
        return self.body(o) if callable(self.body) else self.body

    def expected(self, role: str) -> int:
        like = "organisation" if role in _STAFF else role
        return self.answers.get(role, self.answers.get(like, self.answers["else"]))


def route(
    name: str,
    status: int,
    body: Json | Payload | None = None,
    named: Mapping[str, str] | None = None,
    /,
    **answers: int,
) -> RouteRow:
    return RouteRow(name, {"else": status} | answers, body, named or {})


PASSWORDS = {"current": "not the right one", "password": "un tout autre mot de passe"}
ELSEWHERE = {"endpoint": "https://example.org/x", "keys": {"p256dh": "AA", "auth": "AA"}}
PROVED = {"postcard": 409, "far": 409}
ORGANISATION = {"organisation": 403}

CLOSED = (
    route("GET /api/me", 200),
    route("PATCH /api/me", 200, {"language": "fr"}),
    route("PUT /api/me/address", 400, {"address_id": "nowhere"}),
    # 401 here is `wrong_credentials`.
    route("PUT /api/me/password", 401, PASSWORDS),
    route("DELETE /api/sessions/{session}", 404, None, {"session": NOBODY}),
    route("POST /api/email/send", 204),
    route("GET /api/verification", 200),
    route("POST /api/verification/postcard", 201, **PROVED | ORGANISATION),
    route(
        "POST /api/verification/postcard/redeem",
        422,
        {"code": "0000-0000-0000"},
        None,
        **PROVED,
        organisation=409,
    ),
    # Of nowhere near: 422 is `too_far`. Who proved more than that need not.
    route(
        "POST /api/verification/location",
        409,
        {"lon": 0.0, "lat": 0.0, "accuracy": 10},
        None,
        visitor=422,
        expired=422,
        **ORGANISATION,
    ),
    route("POST /api/verification/vouch-requests", 201, vouched=409, **PROVED | ORGANISATION),
    route("GET /api/verification/vouch-requests", 200),
    route("GET /api/verification/vouch-requests/{request}", 404, None, {"request": NOBODY}),
    route("POST /api/vouches", 404, {"request": NOBODY}),
    route("POST /api/household/members", 404, {"request": NOBODY}),
    route("POST /api/photos", 415, expired=403),
    route("GET /api/photos/{photo}", 404, None, {"photo": "photo"}, vouched=200, postcard=200),
    route("PATCH /api/photos/{photo}", 404, {"alt": "Un chat"}, {"photo": "photo"}),
    route("POST /api/alerts/{alert}/poster", 404, None, {"alert": "alert"}),
    route("GET /api/push", 200),
    route("PUT /api/push/subscription", 422, {"subscription": ELSEWHERE, "device": NOBODY}),
    route("DELETE /api/push/subscription", 204, {"device": NOBODY}),
    route("POST /api/push/test", 404, {}),
    route("GET /api/push/reach/{alert}", 404, None, {"alert": "alert"}),
    route("GET /api/push/why/{subject}", 404, None, {"subject": "alert"}),
    route("GET /api/map", 200),
    route("GET /api/map/tiles/{version}", 404, None, {"version": NOBODY}),
    # Last: they live there from then on. A door takes two, so each has its own.
    route(
        "PUT /api/me/address",
        200,
        lambda o: {"address_id": o.address, "door": new_key()},
        **ORGANISATION,
    ),
)
