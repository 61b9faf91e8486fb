"""Every table, for Alembic and for the eye. Rows are written only by the folder named above them.

Times are milliseconds since the epoch (UTC). Names and cells compare by bytes (`COLLATE "C"`), so
that a geohash prefix is an index range on both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy import (
    event as sqlalchemy_event,
)

metadata = MetaData()

Name = String().with_variant(String(collation="C"), "postgresql")
Millis = BigInteger

# db: facts about this database ("epoch")
meta = Table(
    "meta",
    metadata,
    Column("name", Name, primary_key=True),
    Column("value", Text, nullable=False),
)

# journal
topic = Table(
    "topic",
    metadata,
    Column("name", Name, primary_key=True),
    Column("region", Name, nullable=False),
    Column("epoch", Name, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("trimmed", BigInteger, nullable=False, server_default="0"),
    Column("moved_at", Millis, nullable=False),
    Index("topic_by_region", "region", "moved_at"),
    sqlite_with_rowid=False,
)
event = Table(
    "event",
    metadata,
    Column("topic", Name, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Name, nullable=False),
    Column("object", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Millis, nullable=False),
    Index("event_by_age", "at"),
    sqlite_with_rowid=False,
)

# outbox
job = Table(
    "job",
    metadata,
    Column("id", Name, primary_key=True),
    Column("name", Name, nullable=False),
    Column("about", Text, nullable=False),
    Column("run_at", Millis, nullable=False),
    Column("expires_at", Millis),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_until", Millis),
    Index("job_by_time", "run_at"),
    sqlite_with_rowid=False,
)

# accounts
account = Table(
    "account",
    metadata,
    Column("id", Name, primary_key=True),
    Column("email", Name, nullable=False),
    Column("email_confirmed_at", Millis),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Millis, nullable=False),
    Index("account_by_email", "email", "created_at"),
    Index(
        "account_confirmed_email",
        "email",
        unique=True,
        sqlite_where=text("email_confirmed_at IS NOT NULL"),
        postgresql_where=text("email_confirmed_at IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)
session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", Name, nullable=False, unique=True),
    Column("account", Name, ForeignKey("account.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Millis, nullable=False),
    Column("seen_at", Millis, nullable=False),
    Index("session_by_account", "account"),
    Index("session_by_age", "created_at"),
    Index("session_by_use", "seen_at"),
)

# members
member = Table(
    "member",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", Name, nullable=False, server_default="fr"),
    Column("level", Name, nullable=False),
    Column("verified_at", Millis),
    Column("visitor_until", Millis, nullable=False),
    Column("home_cell", Name, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("street_is_neighbourhood", Boolean, nullable=False, server_default=false()),
    Column("household", Name, nullable=False),
    # Chose, in `room_prefs`, to be rung for every word of the street or of the neighbourhood.
    Column("hears_all", Boolean, nullable=False, server_default=false()),
    Index(
        "member_hearing_all",
        "home_cell",
        "account",
        sqlite_where=text("hears_all"),
        postgresql_where=text("hears_all"),
    ),
    # Whom an alert reaches is answered from this index alone. PostgreSQL answers it from another,
    # on two columns that it generates from these: migrations/versions/0007_home_numbers.py.
    Index("member_by_cell", "home_cell", "account", "level", "visitor_until"),
    Index(
        "member_by_visit",
        "visitor_until",
        sqlite_where=text("level = 'none'"),
        postgresql_where=text("level = 'none'"),
    ),
    sqlite_with_rowid=False,
)
block = Table(
    "block",
    metadata,
    Column("blocker", Name, primary_key=True),
    Column("blocked", Name, primary_key=True),
    sqlite_with_rowid=False,
)
command_key = Table(
    "command_key",
    metadata,
    Column("account", Name, primary_key=True),
    Column("command", Name, primary_key=True),
    Column("key", Name, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("object", Name, nullable=False),
    Column("at", Millis, nullable=False),
    Index("command_key_by_age", "at"),
    sqlite_with_rowid=False,
)

# rooms
conversation = Table(
    "conversation",
    metadata,
    Column("id", Name, primary_key=True),
    Column("topic", Name, nullable=False),
    Column("replies", Integer, nullable=False, server_default="0"),
    Column("last_at", Millis, nullable=False),
    Index("conversation_by_activity", "topic", "last_at", "id"),
    sqlite_with_rowid=False,
)
message = Table(
    "message",
    metadata,
    Column("id", Name, primary_key=True),
    Column("topic", Name, nullable=False),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("conversation", Name),
    Column("author", Name, nullable=False),
    Column("text", Text, nullable=False),
    Column("quote", Name),
    Column("at", Millis, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("edited_at", Millis),
    Column("deleted_at", Millis),
    # JSON, for the one row that is read a thousand times: who is mentioned, the photos as they are
    # shown, how often each reaction was given.
    Column("mentions", Text),
    Column("photos", Text),
    Column("reactions", Text),
    Column("silent", Boolean, nullable=False, server_default=false()),
    Index("message_by_topic", "topic", "seq"),
    Index("message_by_conversation", "conversation", "seq"),
    sqlite_with_rowid=False,
)
read_pointer = Table(
    "read_pointer",
    metadata,
    Column("account", Name, primary_key=True),
    Column("topic", Name, primary_key=True),
    Column("epoch", Name, nullable=False),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# places: an edition is one load of a file; of each commune one edition is shown
gazetteer_edition = Table(
    "gazetteer_edition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("is_loading", Boolean, nullable=False),
    Column("touched_at", Millis, nullable=False),
)
gazetteer_commune = Table(
    "gazetteer_commune",
    metadata,
    Column("code", Name, primary_key=True),
    Column("edition", Integer, nullable=False),
    sqlite_with_rowid=False,
)
gazetteer_street = Table(
    "gazetteer_street",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("commune", Name, nullable=False),
    Column("code", Name, nullable=False),
    Column("name", Text, nullable=False),
    Column("postcode", Name, nullable=False),
    Column("city", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("gazetteer_street_by_edition", "edition", "commune"),
)
gazetteer_address = Table(
    "gazetteer_address",
    metadata,
    Column("street", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("suffix", Name, primary_key=True),
    Column("id", Name, nullable=False),
    Column("cell", Name, nullable=False),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    Index("gazetteer_address_by_id", "id"),
    Index("gazetteer_address_by_cell", "cell"),
    sqlite_with_rowid=False,
)
gazetteer_typo = Table(
    "gazetteer_typo",
    metadata,
    Column("key", Name, primary_key=True),
    Column("word", Name, primary_key=True),
    sqlite_with_rowid=False,
)
sqlalchemy_event.listen(
    gazetteer_street,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE VIRTUAL TABLE gazetteer_search USING fts5"
        "(words, content='gazetteer_street', content_rowid='id', prefix='2 3 4')"
    ).execute_if(dialect="sqlite"),
)
sqlalchemy_event.listen(
    gazetteer_street,
    "after_create",
    # Not to_tsvector: its parser would make one number of `1e5`. Our words are folded already. A
    # stored column: an index on the expression alone is passed over for 12 ms of computing it.
    DDL(  # type: ignore[no-untyped-call]
        "ALTER TABLE gazetteer_street ADD COLUMN terms tsvector"
        " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED;"
        " CREATE INDEX gazetteer_street_by_terms ON gazetteer_street"
        " USING gin (terms) WITH (fastupdate = off)"
    ).execute_if(dialect="postgresql"),
)
