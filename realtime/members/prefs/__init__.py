"""What a member chose: what may ring, when, and what others may see. Read by push, rooms, all."""

from realtime.members.prefs.model import DEFAULT, Level, Prefs, Quiet, RoomPrefs, Way, default_room
from realtime.members.prefs.store import (
    forget,
    get_prefs,
    list_choices,
    list_levels,
    list_muted,
    list_room_prefs,
    list_silenced,
    list_wanting_all,
    save_prefs,
    save_room_prefs,
    wants_all,
)

__all__ = [
    "DEFAULT",
    "Level",
    "Prefs",
    "Quiet",
    "RoomPrefs",
    "Way",
    "default_room",
    "forget",
    "get_prefs",
    "list_choices",
    "list_levels",
    "list_muted",
    "list_room_prefs",
    "list_silenced",
    "list_wanting_all",
    "save_prefs",
    "save_room_prefs",
    "wants_all",
]
