"""The SQL of photos: one function per query. The pixels are a column, read only to be served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.photos.model import Photo, rendered


def add_photo(tx: Tx, photo: Photo, pixels: bytes) -> None:
    tx.run(
        """INSERT INTO photo (id, account, width, height, alt, taken_at, pixels)
           VALUES (:id, :account, :width, :height, :alt, :taken_at, :pixels)""",
        id=photo.id,
        account=photo.account,
        width=photo.width,
        height=photo.height,
        alt=photo.alt,
        taken_at=to_millis(photo.taken_at),
        pixels=pixels,
    )


def find_photo(tx: Tx, photo_id: str) -> Photo | None:
    row = tx.find(
        "SELECT id, account, width, height, alt, taken_at, used_by FROM photo WHERE id = :id",
        id=photo_id,
    )
    if row is None:
        return None
    own_id, account, width, height, alt, taken_at, used_by = row
    return Photo(
        id=own_id,
        account=account,
        width=width,
        height=height,
        alt=alt,
        taken_at=from_millis(taken_at),
        used_by=used_by,
    )


def describe(tx: Tx, account: str, photo_id: str, alt: str) -> None:
    """What it shows, while nothing shows it yet. Refused("not_found")."""
    changed = tx.run(
        "UPDATE photo SET alt = :alt WHERE id = :id AND account = :account AND used_by IS NULL",
        id=photo_id,
        account=account,
        alt=alt,
    )
    if not changed:
        raise Refused("not_found")


def get_pixels(tx: Tx, photo_id: str) -> bytes:
    """The WebP file."""
    return bytes(tx.value("SELECT pixels FROM photo WHERE id = :id", id=photo_id))


def use(tx: Tx, account: str, photos: Sequence[str], used_by: str) -> None:
    """Show these photos, in this order: those it shows already, or the account's own and unused."""
    for place, photo_id in enumerate(photos):
        changed = tx.run(
            """UPDATE photo SET used_by = :used_by, place = :place
               WHERE id = :id AND (used_by = :used_by OR used_by IS NULL AND account = :account)""",
            id=photo_id,
            account=account,
            used_by=used_by,
            place=place,
        )
        if not changed:
            raise Refused("photo_unknown")


def copy(tx: Tx, photo_id: str, new_id: str, account: str, now: datetime) -> bool:
    """The same pixels under another name, not used yet."""
    return (
        tx.run(
            """INSERT INTO photo (id, account, width, height, alt, taken_at, pixels)
               SELECT :new, account, width, height, alt, :now, pixels FROM photo
               WHERE id = :id AND account = :account""",
            id=photo_id,
            new=new_id,
            account=account,
            now=to_millis(now),
        )
        > 0
    )


def list_used_by(tx: Tx, users: Sequence[str]) -> dict[str, list[dict[str, object]]]:
    """The photos of each, rendered, in their order."""
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for used_by, own_id, width, height, alt in tx.all(
        """SELECT used_by, id, width, height, alt FROM photo WHERE used_by IN :users
           ORDER BY used_by, place, id""",
        users=tuple(users),
    ):
        found[used_by].append(rendered(own_id, width, height, alt))
    return found


def forget_used_by(tx: Tx, users: Sequence[str], *, but: Sequence[str] = ()) -> int:
    """Delete the photos that these show, except some."""
    return tx.run(
        "DELETE FROM photo WHERE used_by IN :users AND id NOT IN :but",
        users=tuple(users),
        but=tuple(but) or ("",),
    )


def forget_unused(tx: Tx, before: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM photo WHERE id IN (
               SELECT id FROM photo WHERE used_by IS NULL AND taken_at < :before LIMIT :limit)""",
        before=to_millis(before),
        limit=limit,
    )
