"""Who is here, as one node sees it. Each session is a fact; a member is present while any is. Pure.

Rooms show how many are here only in wide buckets: "online" and "away" are burglary signals.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# The least of each bucket; under the first nothing is shown at all.
BUCKETS = (10, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Diff:
    """What a change means to those who look: members who came, members who left."""

    came: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


@dataclass(slots=True)
class Roster:
    """Sessions by member."""

    _sessions: dict[str, set[str]] = field(default_factory=dict)

    def track(self, member: str, session: str) -> Diff:
        """One more session; tracking it twice changes nothing."""
        sessions = self._sessions.setdefault(member, set())
        is_first = not sessions
        sessions.add(session)
        return Diff(came=frozenset({member})) if is_first else Diff()

    def untrack(self, member: str, session: str) -> Diff:
        """One session less; an unknown one changes nothing."""
        sessions = self._sessions.get(member)
        if sessions is None:
            return Diff()
        sessions.discard(session)
        if sessions:
            return Diff()
        del self._sessions[member]
        return Diff(left=frozenset({member}))

    def present(self) -> frozenset[str]:
        return frozenset(self._sessions)


def bucket(count: int) -> int | None:
    """The number a room may show for `count` present members: 10, 25, 50, 100, or nothing."""
    return max((least for least in BUCKETS if least <= count), default=None)
