"""The SQL of vouch requests and of vouches. Vouches stay: who let whom in can be asked for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from realtime.accounts.vouching.model import Request, Vouch
from realtime.clock import to_millis
from realtime.db import Tx

_REQUEST = "SELECT r.id, r.account, r.asked_at, r.closed_at FROM vouch_request r"


def add_request(tx: Tx, request: str, account: str, now: datetime) -> None:
    tx.run(
        "INSERT INTO vouch_request (id, account, asked_at) VALUES (:id, :account, :at)",
        id=request,
        account=account,
        at=to_millis(now),
    )


def find_request(tx: Tx, request: str) -> Request | None:
    row = tx.find(f"{_REQUEST} WHERE r.id = :id", id=request)
    return None if row is None else Request(*row)


def find_open_of(tx: Tx, account: str, since: datetime) -> Request | None:
    row = tx.find(
        f"""{_REQUEST} WHERE r.account = :account AND r.asked_at > :since AND r.closed_at IS NULL
            ORDER BY r.asked_at DESC LIMIT 1""",
        account=account,
        since=to_millis(since),
    )
    return None if row is None else Request(*row)


def count_requests(tx: Tx, account: str, since: datetime) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM vouch_request WHERE account = :account AND asked_at > :since",
            account=account,
            since=to_millis(since),
        )
    )


def list_open_near(tx: Tx, cells: Sequence[str], since: datetime, limit: int) -> list[Request]:
    """Open requests of those who live in these cells, the newest first."""
    rows = tx.all(
        f"""{_REQUEST} JOIN member m ON m.account = r.account
            WHERE m.home_cell IN :cells AND r.asked_at > :since AND r.closed_at IS NULL
            ORDER BY r.asked_at DESC, r.id LIMIT :limit""",
        cells=tuple(cells),
        since=to_millis(since),
        limit=limit,
    )
    return [Request(*row) for row in rows]


def close_requests(tx: Tx, account: str, now: datetime) -> None:
    tx.run(
        """UPDATE vouch_request SET closed_at = :now
           WHERE account = :account AND closed_at IS NULL""",
        account=account,
        now=to_millis(now),
    )


def add_vouch(tx: Tx, vouch: Vouch, now: datetime) -> None:
    tx.run(
        """INSERT INTO vouch (request, voucher, account, household, door, at)
           VALUES (:request, :voucher, :account, :household, :door, :at)""",
        request=vouch.request,
        voucher=vouch.voucher,
        account=vouch.account,
        household=vouch.household,
        door=vouch.door,
        at=to_millis(now),
    )


def note_effect(tx: Tx, request: str, now: datetime) -> None:
    """The words of a request let somebody in: for the quota they count from now."""
    tx.run("UPDATE vouch SET at = :now WHERE request = :id", id=request, now=to_millis(now))


def list_vouches(tx: Tx, request: str) -> list[Vouch]:
    """Those of one request that still stand."""
    rows = tx.all(
        """SELECT request, voucher, account, household, door FROM vouch
           WHERE request = :request AND revoked_at IS NULL""",
        request=request,
    )
    return [Vouch(*row) for row in rows]


def list_standing_for(tx: Tx, account: str) -> list[Vouch]:
    """What still speaks for an account that was let in."""
    rows = tx.all(
        """SELECT request, voucher, account, household, door FROM vouch
           WHERE account = :account AND revoked_at IS NULL""",
        account=account,
    )
    return [Vouch(*row) for row in rows]


def count_given(tx: Tx, voucher: str, household: str, since: datetime) -> int:
    """By this member or anybody of the household, revoked or not."""
    return int(
        tx.value(
            """SELECT count(*) FROM vouch
               WHERE (voucher = :voucher OR household = :household) AND at > :since""",
            voucher=voucher,
            household=household,
            since=to_millis(since),
        )
    )


def revoke_given(tx: Tx, voucher: str, now: datetime) -> list[str]:
    """Take a member's words back: the accounts they spoke for."""
    rows = tx.all(
        """UPDATE vouch SET revoked_at = :now WHERE voucher = :voucher AND revoked_at IS NULL
           RETURNING account""",
        voucher=voucher,
        now=to_millis(now),
    )
    return sorted({account for (account,) in rows})


def revoke_received(tx: Tx, account: str, now: datetime) -> None:
    """Words about a home that was left say nothing of the next."""
    tx.run(
        "UPDATE vouch SET revoked_at = :now WHERE account = :account AND revoked_at IS NULL",
        account=account,
        now=to_millis(now),
    )
