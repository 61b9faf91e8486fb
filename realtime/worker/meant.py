"""An occasion to ring, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from realtime.push.ringing import Occasion


@dataclass(frozen=True, slots=True)
class Meant:
    """The accounts are nearest first. `by_mail`: a mail goes where no phone answers."""

    occasion: Occasion
    accounts: Sequence[str]
    by_mail: bool = False
