"""PostgreSQL finds members by a number of their home that it computes itself: it is ours."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.db import Database, Tx
from realtime.db.upgrade import MIGRATIONS, upgrade
from realtime.geo.cells import ALPHABET, number_range
from realtime.members.audience.store import list_under
from realtime.members.store import save_member
from tests.support.residents import BEGUN, member, settle

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])
HOMES = st.text(ALPHABET, min_size=7, max_size=7)
quietly = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(quietly, max_examples=40)
@given(homes=st.lists(HOMES, min_size=1, max_size=20))
async def test_the_number_of_a_home_is_the_same_in_both_languages(
    database: Database, homes: list[str]
) -> None:
    def numbers(tx: Tx) -> dict[str, int]:
        tx.run("DELETE FROM member")
        settle(tx, *(member(home) for home in homes))
        return dict(tx.all("SELECT home_cell, home_number FROM member"))

    found = await database.write(numbers)
    assert found == {home: number_range(home)[0] for home in homes}


async def test_who_moves_is_found_at_the_new_home_only(database: Database) -> None:
    ada = member("gbwc9z1")

    def reached(tx: Tx) -> tuple[list[str], list[str]]:
        settle(tx, ada)
        save_member(tx, replace(ada, home_cell="u09tvw0"))
        return list_under(tx, ["gbwc9"], BEGUN), list_under(tx, ["u09tv"], BEGUN)

    assert await database.write(reached) == ([], [ada.account])


def test_members_of_the_release_before_are_found(empty_database_url: str) -> None:
    """And so are those whom its nodes still write while the new ones start."""
    connect = empty_database_url.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(connect)
    add = sa.text(
        """INSERT INTO member (account, name, level, visitor_until, home_cell, street, city,
               household) VALUES (:id, 'A', 'postcard', 0, 'gbwc9z1', 'S', 'C', :id)"""
    )
    account = sa.text(
        "INSERT INTO account (id, email, password_hash, created_at) VALUES (:id, :id, '!', 0)"
    )
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        connection.execute(account, [{"id": "before"}, {"id": "during"}])
        connection.execute(add, {"id": "before"})
    upgrade(empty_database_url)
    with engine.begin() as connection:
        connection.execute(add, {"id": "during"})
        found = connection.execute(
            sa.text("SELECT account, home_number FROM member ORDER BY 1")
        ).fetchall()
    engine.dispose()

    number, _ = number_range("gbwc9z1")
    assert [tuple(row) for row in found] == [("before", number), ("during", number)]
