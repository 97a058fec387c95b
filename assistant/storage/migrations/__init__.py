"""Alembic's migrations. `assistant.storage.database` runs them when it opens a database."""
