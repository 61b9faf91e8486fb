"""Transactions as plain functions, on SQLite by default and PostgreSQL by URL."""

from realtime.db.database import Database, open_database
from realtime.db.migrate import migrate
from realtime.db.tx import Tx

__all__ = ["Database", "Tx", "migrate", "open_database"]
