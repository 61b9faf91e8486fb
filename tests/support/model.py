"""What a client holds, and how each event changes it: a second, independent reading of the wire.

`fetched` asks the server for everything anew; `Held.apply` moves an old answer on by events alone.
The two must agree: events explain state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.clients import Client, Json

VIEWS = {"street": "read_street", "neighbourhood": "read_neighbourhood"}
OPEN_ALERTS = ("active", "disputed")
UNREAD_COUNTED = 100


@dataclass
class Held:
    """One member's app: who I am, what I follow, conversations with all their messages, alerts.

    A flat chat's messages stand under its topic. `gained` are rooms to fetch.
    """

    me: Json
    topics: dict[str, Json]
    messages: dict[str, list[Json]] = field(default_factory=dict)
    alerts: dict[str, Json] = field(default_factory=dict)
    waiting: dict[str, Json] = field(default_factory=dict)
    announcements: dict[str, Json] = field(default_factory=dict)
    prefs: Json = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    directs: dict[str, Json] = field(default_factory=dict)
    blocked: list[Json] = field(default_factory=list)
    gained: set[str] = field(default_factory=set)

    # ---- What a screen shows, so what is compared

    def shown(self) -> Json:
        return {
            "me": self.me,
            "topics": {t: state | self._counted(t) for t, state in self.topics.items()},
            "conversations": {view: self._conversations(view) for view in VIEWS},
            "messages": self.messages,
            "alerts": self.alerts,
            "waiting": self.waiting,
            "announcements": self.announcements,
            "prefs": self.prefs,
            "groups": self.groups,
            "directs": self.directs,
            "blocked": self.blocked,
        }

    def _counted(self, topic: str) -> Json:
        read = self.topics[topic]["read"]
        muted = {r for r, own in self.prefs["rooms"].items() if own["level"] == "nothing"}
        waiting = [
            message
            for messages in self.messages.values()
            for message in messages
            if message["topic"] == topic
            and message["seq"] > read
            and message["author"]["account"] != self.me["account"]
            and not message["deleted"]
            and not muted & {topic.partition(":")[0], topic, message["conversation"]}
        ]
        return {"unread": min(len(waiting), UNREAD_COUNTED)}

    def _conversations(self, view: str) -> list[Json]:
        """By last activity: the opening, how many answers, the last two of them."""
        found = [
            {
                "message": messages[0],
                "replies": len(messages) - 1,
                "last": messages[1:][-2:],
                "last_at": max(message["at"] for message in messages),
            }
            for messages in self.messages.values()
            if messages and messages[0]["topic"].startswith(f"{view}:")
        ]
        return sorted(found, key=lambda one: (one["last_at"], one["message"]["id"]), reverse=True)

    # ---- How events change it

    def apply(self, event: Json) -> None:
        self.topics[event["topic"]]["head"] = event["seq"]
        APPLIED[event["kind"]](self, event)

    def _posted(self, event: Json) -> None:
        message = event["message"]
        chat = message["conversation"] or message["topic"]
        self.messages.setdefault(chat, []).append(message)
        self.messages[chat].sort(key=lambda one: int(one["seq"]))
        if chat in self.directs:
            self.directs[chat]["last_at"] = message["at"]

    def _changed(self, event: Json) -> None:
        """Other words, or none: in the chat, and wherever they are quoted."""
        new = event["message"]
        for messages in self.messages.values():
            for at, message in enumerate(messages):
                if message["id"] == new["id"]:
                    messages[at] = new | {"mine": [] if new["deleted"] else message["mine"]}
                elif message["quote"] and message["quote"]["id"] == new["id"]:
                    text = new["text"] if len(new["text"]) <= 200 else new["text"][:199] + "…"
                    message["quote"] |= {"text": text, "deleted": new["deleted"]}

    def _reacted(self, event: Json) -> None:
        for message in self.messages.get(event["conversation"] or event["topic"], []):
            if message["id"] == event["id"]:
                message["reactions"] = event["reactions"]
                if event["by"] == self.me["account"]:
                    message["mine"] = event["given"]

    def _read_moved(self, event: Json) -> None:
        for topic, (_, seq) in event["read"].items():
            if topic in self.topics:
                self.topics[topic]["read"] = seq

    def _account_changed(self, event: Json) -> None:
        self.me = event["me"]
        self._read_moved(event)

    def _chosen(self, event: Json) -> None:
        self.prefs = event["prefs"]

    def _group_changed(self, event: Json) -> None:
        """On the group's topic the same for all: what I am in it stays what it was."""
        about, group = event["about"], event["group"]
        if event["topic"] == about:
            if group is not None and about in self.groups:
                own = {name: self.groups[about][name] for name in ("mine", "waiting")}
                self.groups[about] = group | own
                self.topics[about]["title"] = group["name"]
        elif group is None:
            self.groups.pop(about, None)
            self._lose(about)
        else:
            self.groups[about] = group
            if group["mine"] in ("owner", "moderator", "member"):
                self._gain(about)

    def _direct_changed(self, event: Json) -> None:
        about, direct = event["about"], event["direct"]
        if direct is None:
            self.directs.pop(about, None)
            self._lose(about)
        else:
            self.directs[about] = direct
            self._gain(about)

    def _gain(self, topic: str) -> None:
        """A room to fetch: `sync` says how far it has come."""
        if topic not in self.topics:
            self.gained.add(topic)

    def _lose(self, topic: str) -> None:
        self.gained.discard(topic)
        self.topics.pop(topic, None)
        self.messages.pop(topic, None)

    def _blocked(self, event: Json) -> None:
        self.blocked = event["blocked"]

    def _passing(self, event: Json) -> None:
        """Shown when it happens, and asked for afterwards."""

    def _alert(self, event: Json) -> None:
        """The whole alert, whatever happened to it: hearing it twice shows it once."""
        alert = event["alert"]
        if alert["state"] in OPEN_ALERTS:
            self.alerts[alert["id"]] = alert
        else:
            self.alerts.pop(alert["id"], None)
            self.waiting = {i: s for i, s in self.waiting.items() if s["alert"] != alert["id"]}

    def _sighted(self, event: Json) -> None:
        self._alert(event)
        sighting = event["sighting"]
        if sighting is None:
            return
        if sighting["state"] == "waiting" and event["topic"].startswith("account:"):
            self.waiting[sighting["id"]] = sighting
        else:
            self.waiting.pop(sighting["id"], None)

    def _announced(self, event: Json) -> None:
        announcement = event["announcement"]
        if announcement["state"] == "published":
            self.announcements[announcement["id"]] = announcement
        else:
            self.announcements.pop(announcement["id"], None)


# One entry per event that has a seq: a new kind without one fails its test.
APPLIED: dict[str, Callable[[Held, Json], None]] = {
    "message.posted": Held._posted,
    "message.edited": Held._changed,
    "message.deleted": Held._changed,
    "reaction.changed": Held._reacted,
    "read.moved": Held._read_moved,
    "account.changed": Held._account_changed,
    "alert.raised": Held._alert,
    "alert.updated": Held._alert,
    "alert.sighted": Held._sighted,
    "alert.resolved": Held._alert,
    "alert.withdrawn": Held._alert,
    "alert.matched": Held._alert,
    "announcement.published": Held._announced,
    "prefs.changed": Held._chosen,
    "group.changed": Held._group_changed,
    "direct.changed": Held._direct_changed,
    "block.changed": Held._blocked,
    "member.arrived": Held._passing,
    "member.welcomed": Held._passing,
}


async def fetched(client: Client) -> Held:
    """Everything anew: `sync` without positions, every conversation, every page of its history."""
    ack = await client.ask("sync")
    held = Held(
        me=ack["me"],
        topics={state["topic"]: dict(state) for state in ack["topics"]},
        alerts={alert["id"]: alert for alert in ack["alerts"]},
        waiting={sighting["id"]: sighting for sighting in ack.get("sightings", [])},
        announcements={one["id"]: one for one in ack.get("announcements", [])},
        prefs=(await client.ask("prefs.get"))["prefs"],
        groups={group["topic"]: group for group in ack["groups"]},
        directs={direct["topic"]: direct for direct in ack["directs"]},
        blocked=ack["blocked"],
    )
    listed: dict[str, list[Json]] = {}
    for view, right in VIEWS.items():
        listed[view] = await _pages(client, view) if ack["me"]["rights"][right] else []
        for one in listed[view]:
            own_id = one["message"]["id"]
            held.messages[own_id] = await _history(client, conversation=own_id)
    for topic, state in held.topics.items():
        if state["view"] in ("group", "direct"):
            held.messages[topic] = await _history(client, topic=topic)
    # The server's own lists must say what the messages say.
    assert held.shown()["conversations"] == listed
    assert {t: s["unread"] for t, s in held.shown()["topics"].items()} == {
        state["topic"]: state["unread"] for state in ack["topics"]
    }
    return held


async def _pages(client: Client, view: str) -> list[Json]:
    """Small pages, so that the cursor takes part."""
    found: list[Json] = []
    more: dict[str, Any] = {}
    while True:
        ack = await client.ask("conversations", view=view, limit=2, **more)
        found += ack["conversations"]
        if ack["more"] is None:
            return found
        more = {"before": ack["more"]}


async def _history(client: Client, **chat: str) -> list[Json]:
    found: list[Json] = []
    more: dict[str, Any] = {}
    while True:
        ack = await client.ask("history", limit=2, **chat, **more)
        found = ack["messages"] + found
        if not ack["more"]:
            return found
        more = {"before": ack["messages"][0]["id"]}
