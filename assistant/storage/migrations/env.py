"""What Alembic runs: the migrations, over the connection that `Database` gives."""

from __future__ import annotations

from alembic import context

from assistant.storage import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    # SQLite cannot alter most things in place; Alembic copies the table instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
