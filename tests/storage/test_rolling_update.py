"""A rolling update: replicas of the last release go on over the tables of this version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.exc import SQLAlchemyError

from assistant.storage.database import _MIGRATIONS as MIGRATIONS

#: The last revision of the last release: a release moves it on, and with it what may be dropped.
RELEASED: Final = "0005"


def migrate(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def value_of(column: sa.Column[Any]) -> Any:
    """Something that a column of this type may hold."""
    kinds: dict[type[Any], Any] = {
        bool: True,
        int: 7,
        str: "x" * min(getattr(column.type, "length", None) or 8, 8),
        datetime: datetime(2026, 11, 29, tzinfo=UTC),
        date: date(2026, 11, 29),
        object: {"a": 1},  # JSON
        bytes: b"x",
    }
    return kinds[column.type.python_type]


def go_on(connection: sa.Connection, known: sa.MetaData) -> None:
    """Write, read, change and delete a row of each table, as who knows these tables and columns
    and no others."""
    tables = [table for table in known.sorted_tables if table.name != "alembic_version"]
    for table in tables:
        row = {column.name: value_of(column) for column in table.columns}
        connection.execute(table.insert().values(row))
        connection.execute(table.update().values(row))
        assert len(connection.execute(sa.select(table)).all()) == 1, table.name
    for table in reversed(tables):
        connection.execute(table.delete())


def test_a_replica_of_the_last_release_goes_on_over_the_new_tables(url: str) -> None:
    engine = sa.create_engine(url)
    known = sa.MetaData()
    with engine.begin() as connection:
        migrate(connection, RELEASED)
        known.reflect(connection)
    assert len(known.tables) > 10
    with engine.begin() as connection:
        migrate(connection, "head")
    with engine.begin() as connection:
        go_on(connection, known)
    engine.dispose()


def drop(op: Operations) -> None:
    op.drop_column("feedback", "comment")


def rename(op: Operations) -> None:
    op.rename_table("feedback", "opinions")


def require(op: Operations) -> None:
    op.add_column("feedback", sa.Column("mood", sa.Text, nullable=False, server_default="good"))
    with op.batch_alter_table("feedback") as batch:
        batch.alter_column("mood", server_default=None)


@pytest.mark.parametrize("change", [drop, rename, require])
def test_a_migration_that_breaks_the_last_release_is_noticed(
    url: str, change: Callable[[Operations], None]
) -> None:
    engine = sa.create_engine(url)
    known = sa.MetaData()
    with engine.begin() as connection:
        migrate(connection, RELEASED)
        known.reflect(connection)
        change(Operations(MigrationContext.configure(connection)))
    with pytest.raises(SQLAlchemyError), engine.begin() as connection:
        go_on(connection, known)
    engine.dispose()
