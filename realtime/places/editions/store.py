"""Writing the gazetteer, an edition at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.places.model import EXAMPLE, Address, Street
from realtime.places.spelling import indexed, typo_keys

# Street ids of edition 3 lie between 3 * 2^24 and 4 * 2^24.
STREETS_IN_EDITION = 1 << 24
# A load that has written nothing for so long was killed.
ABANDONED = timedelta(minutes=2)


def open_edition(tx: Tx, source: str, now: datetime) -> int:
    if tx.dialect == "postgresql":  # one load after another takes the next number
        tx.find("SELECT pg_advisory_xact_lock(hashtext('gazetteer_edition'))")
    edition = int(tx.value("SELECT coalesce(max(id), 0) + 1 FROM gazetteer_edition"))
    tx.run(
        "INSERT INTO gazetteer_edition (id, source, is_loading, touched_at)"
        " VALUES (:edition, :source, :loading, :now)",
        edition=edition,
        source=source,
        loading=True,
        now=to_millis(now),
    )
    return edition


def add_streets(tx: Tx, edition: int, streets: Sequence[tuple[int, Street]]) -> None:
    """`(place in the edition, street)`: the street's id is the edition's base and its place."""
    base = edition * STREETS_IN_EDITION
    rows = [
        {
            "id": base + place,
            "edition": edition,
            "commune": street.commune,
            "code": street.code,
            "name": street.name,
            "postcode": street.postcode,
            "city": street.city,
            "words": " ".join(indexed(street.name, street.city, street.postcode)),
        }
        for place, street in streets
    ]
    tx.many(
        "INSERT INTO gazetteer_street (id, edition, commune, code, name, postcode, city, words)"
        " VALUES (:id, :edition, :commune, :code, :name, :postcode, :city, :words)",
        rows,
    )
    if tx.dialect == "sqlite":
        tx.many("INSERT INTO gazetteer_search (rowid, words) VALUES (:id, :words)", rows)


def add_words(tx: Tx, words: Sequence[str]) -> None:
    """Words that may be misspelt. They stay when their streets go, and then correct to nothing."""
    keys = sorted((key, word) for word in words for key in typo_keys(word))
    tx.many(
        "INSERT INTO gazetteer_typo (key, word) VALUES (:key, :word) ON CONFLICT DO NOTHING",
        [{"key": key, "word": word} for key, word in keys],
    )


def add_addresses(tx: Tx, edition: int, addresses: Sequence[tuple[int, Address]]) -> None:
    """`(place of its street, address)`."""
    base = edition * STREETS_IN_EDITION
    tx.many(
        "INSERT INTO gazetteer_address (street, number, suffix, id, cell, lon, lat)"
        " VALUES (:street, :number, :suffix, :id, :cell, :lon, :lat)",
        [
            {
                "street": base + place,
                "number": address.number,
                "suffix": address.suffix,
                "id": address.id,
                "cell": address.cell,
                "lon": address.lon,
                "lat": address.lat,
            }
            for place, address in addresses
        ],
    )


def touch_edition(tx: Tx, edition: int, now: datetime) -> None:
    """The load goes on."""
    tx.run(
        "UPDATE gazetteer_edition SET touched_at = :now WHERE id = :edition",
        now=to_millis(now),
        edition=edition,
    )


def show_edition(
    tx: Tx, edition: int, communes: Sequence[str], now: datetime, *, ends_example: bool
) -> None:
    """From now on these communes are read from this edition: all at once."""
    if ends_example:
        tx.run("DELETE FROM gazetteer_commune WHERE code LIKE :example", example=EXAMPLE + "%")
    tx.many(
        "INSERT INTO gazetteer_commune (code, edition) VALUES (:code, :edition)"
        " ON CONFLICT (code) DO UPDATE SET edition = excluded.edition",
        [{"code": code, "edition": edition} for code in sorted(communes)],
    )
    tx.run(
        "UPDATE gazetteer_edition SET is_loading = :loading, touched_at = :now WHERE id = :edition",
        loading=False,
        now=to_millis(now),
        edition=edition,
    )


def gather_statistics(tx: Tx) -> None:
    """Without them PostgreSQL reads every street (40 ms); its own gathering comes a minute late.

    A table that it is gathering right now is skipped.
    """
    if tx.dialect == "postgresql":
        tx.run(
            "ANALYZE (SKIP_LOCKED)"
            " gazetteer_commune, gazetteer_street, gazetteer_address, gazetteer_typo"
        )


def list_hidden(tx: Tx, now: datetime) -> list[tuple[int, str]]:
    """(edition, commune) of rows that no commune points to and no living load writes."""
    return [
        (int(edition), str(commune))
        for edition, commune in tx.all(
            "SELECT DISTINCT s.edition, s.commune FROM gazetteer_street s"
            " JOIN gazetteer_edition e ON e.id = s.edition"
            " WHERE (e.is_loading = :no OR e.touched_at < :abandoned) AND NOT EXISTS"
            " (SELECT 1 FROM gazetteer_commune c WHERE c.code = s.commune AND c.edition = e.id)",
            no=False,
            abandoned=to_millis(now - ABANDONED),
        )
    ]


def remove_some(tx: Tx, edition: int, commune: str, limit: int) -> bool:
    """Remove up to `limit` addresses of a few streets; a street goes last, with its words."""
    streets = tx.all(
        "SELECT id, words FROM gazetteer_street"
        " WHERE edition = :edition AND commune = :commune LIMIT 40",
        edition=edition,
        commune=commune,
    )
    ids = tuple(id for id, _ in streets)
    tx.run(
        "DELETE FROM gazetteer_address WHERE (street, number, suffix) IN"
        " (SELECT street, number, suffix FROM gazetteer_address WHERE street IN :ids LIMIT :limit)",
        ids=ids,
        limit=limit,
    )
    # Asked anew, not counted: another sweep may have taken rows that this one waited for.
    if tx.find("SELECT 1 FROM gazetteer_address WHERE street IN :ids LIMIT 1", ids=ids) is None:
        _remove_streets(tx, streets)
    return bool(streets)


def remove_empty_editions(tx: Tx, now: datetime) -> None:
    tx.run(
        "DELETE FROM gazetteer_edition WHERE (is_loading = :no OR touched_at < :abandoned)"
        " AND NOT EXISTS"
        " (SELECT 1 FROM gazetteer_street s WHERE s.edition = gazetteer_edition.id)",
        no=False,
        abandoned=to_millis(now - ABANDONED),
    )


def _remove_streets(tx: Tx, streets: list[tuple[object, ...]]) -> None:
    if tx.dialect == "sqlite":
        tx.many(
            "INSERT INTO gazetteer_search (gazetteer_search, rowid, words)"
            " VALUES ('delete', :id, :words)",
            [{"id": id, "words": words} for id, words in streets],
        )
    tx.run("DELETE FROM gazetteer_street WHERE id IN :ids", ids=tuple(id for id, _ in streets))
