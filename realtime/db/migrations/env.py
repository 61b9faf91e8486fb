"""What Alembic runs: every migration on the connection that `migrate` holds open."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,
    transactional_ddl=True,
)
# The caller owns the transaction: all migrations and the lock stand or fall together.
context.run_migrations()
