"""Groups: rooms that neighbours make. The commands around them, the event that tells of changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from realtime.wire.base import CommandSpec, Done, EventSpec, Moment, Shape, TopicName, Ulid
from realtime.wire.messages import Author

GROUP_MEMBERS = 100

Access = Literal["open", "request", "hidden"]
Reach = Literal["street", "neighbourhood", "farther"]
Standing = Literal["owner", "moderator", "member", "asked", "invited"]
GroupName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
About = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]
SlowMode = Annotated[
    int, Field(ge=0, le=21_600, description="seconds between two messages of a member; 0 is off")
]
AccountId = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Group(Shape):
    """A group. `mine` is what I am in it; null where everybody hears the same words.

    `waiting`: how many ask to come in; for owner and moderators, else null.
    """

    id: Ulid
    topic: TopicName
    name: str
    about: str
    category: str
    access: Access
    reach: Reach
    slow_s: int
    members: int
    created_at: Moment
    version: int
    mine: Standing | None
    waiting: int | None


class GroupMember(Shape):
    member: Author
    standing: Standing
    since: Moment


class GroupCreate(Shape):
    """Open to those who live in my ring: of the street, of the neighbourhood, or farther."""

    key: Ulid
    name: GroupName
    access: Access
    category: Category
    about: About = ""
    reach: Reach = "neighbourhood"


class GroupAck(Shape):
    group: Group


class GroupsAsked(Shape):
    """Mine and those around me; of one category only, or whose name or words hold `q`."""

    category: Category | None = None
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""


class GroupsAck(Shape):
    """By name; `categories` are those in use around me."""

    mine: list[Group]
    around: list[Group]
    categories: list[str]


class GroupOpen(Shape):
    """`after` is the last member's account of the page before."""

    topic: TopicName
    after: AccountId | None = None


class GroupOpenAck(Shape):
    """Members see who is in; owner and moderators also who asked and who is invited."""

    group: Group
    members: list[GroupMember]
    more: bool


class GroupByTopic(Shape):
    topic: TopicName


class GroupLeave(Shape):
    """Quietly. An owner may name who follows; else the oldest moderator, then member, does."""

    topic: TopicName
    heir: AccountId | None = None


class GroupAccount(Shape):
    topic: TopicName
    account: AccountId


class GroupAnswer(Shape):
    """A moderator lets in who asked, or not."""

    topic: TopicName
    account: AccountId
    accept: bool


class GroupAppoint(Shape):
    """`owner` hands the group over."""

    topic: TopicName
    account: AccountId
    standing: Literal["owner", "moderator", "member"]


class GroupChange(Shape):
    """What changes; the rest stays. Access is the owner's to change."""

    topic: TopicName
    name: GroupName | None = None
    about: About | None = None
    category: Category | None = None
    access: Access | None = None
    slow_s: SlowMode | None = None


class GroupChanged(Shape):
    """On the group's topic to its members; on an account's, what became of it for that account.

    `group` is null once the account has nothing to do with it any more.
    """

    kind: Literal["group.changed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    about: TopicName
    group: Group | None


COMMANDS = [
    CommandSpec("group.create", GroupCreate, GroupAck, "Found a group."),
    CommandSpec("groups", GroupsAsked, GroupsAck, "My groups and those around me."),
    CommandSpec("group.open", GroupOpen, GroupOpenAck, "One group and who is in it."),
    CommandSpec("group.join", GroupByTopic, GroupAck, "Come in, ask to, or accept an invitation."),
    CommandSpec("group.leave", GroupLeave, Done, "Leave, take a request back, decline."),
    CommandSpec("group.invite", GroupAccount, Done, "Invite a neighbour or a contact."),
    CommandSpec("group.answer", GroupAnswer, GroupAck, "Let in who asked, or not."),
    CommandSpec("group.appoint", GroupAppoint, GroupAck, "Give a member another part."),
    CommandSpec("group.remove", GroupAccount, GroupAck, "Take a member out."),
    CommandSpec("group.change", GroupChange, GroupAck, "Rename, describe, open, slow down."),
]
EVENTS = [EventSpec("group.changed", GroupChanged, "A group, its settings or its members changed.")]
