"""Transactions as plain functions, on SQLite by default and PostgreSQL by URL."""

from realtime.db.database import Database, open_database
from realtime.db.migrate import migrate
from realtime.db.tx import Condition, Dialect, Tx

__all__ = ["Condition", "Database", "Dialect", "Tx", "migrate", "open_database"]
