"""What the HTTP edge is given to work with; `app` fills it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from realtime.accounts.passwords import Hasher
from realtime.clock import Clock
from realtime.db import Database
from realtime.engine.limits import Limits
from realtime.fanout.bus import Bus
from realtime.fanout.commit import Committer
from realtime.keyring import Keyring
from realtime.members.rights import Rights
from realtime.places.finder import Finder
from realtime.places.ip_area import IpArea
from realtime.push.endpoints import Allowed
from realtime.push.keys import KeyRing
from realtime.settings import Settings

# Where `npm run build` leaves the web client.
CLIENT = Path(__file__).parents[2] / "web_client" / "dist"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The parts of the house that HTTP talks to."""

    settings: Settings
    clock: Clock
    db: Database
    bus: Bus
    committer: Committer
    rights: Rights
    limits: Limits
    hasher: Hasher
    keyring: Keyring
    finder: Finder
    ip_area: IpArea
    keys: KeyRing
    allowed: Allowed
    client: Path = CLIENT
