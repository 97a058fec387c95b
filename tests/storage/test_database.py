"""The database: made by migrations, brought up to date, and honest when it is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from postgres_server import PostgresServer
from sqlalchemy import create_engine, inspect, text

from assistant.errors import UnavailableError
from assistant.storage.database import _MIGRATIONS as MIGRATIONS
from assistant.storage.database import Database
from assistant.storage.documents import DocumentDetails, DocumentLedger, PendingChange
from assistant.storage.ingestions import IngestionLog
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from assistant.storage.tables import METADATA


def record(document_id: str = "d1") -> DocumentRecord:
    return DocumentRecord(
        id=document_id,
        collection="students",
        origin="/policies/교류.md",
        source="교류.md",
        content_hash="0" * 64,
        pipeline=1,
        title="교류 규정 · لائحة التبادل",
        language="ko",
        passages=3,
        named_by_caller=False,
    )


def test_the_migrations_make_exactly_the_tables_of_the_program(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_documents_are_kept_and_found_again(url: str) -> None:
    registry = DocumentRegistry(Database(url))
    registry.save(record())
    registry.database.close()
    reopened = DocumentRegistry(Database(url))
    (found,) = reopened.documents("students")
    assert (found.title, found.passages) == ("교류 규정 · لائحة التبادل", 3)
    reopened.delete("d1")
    assert reopened.documents() == []
    reopened.database.close()


def test_a_database_from_before_the_migrations_keeps_its_documents(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    DocumentRecord.__table__.create(engine)  # type: ignore[attr-defined]
    with engine.begin() as connection:
        columns = "id, collection, origin, source, content_hash, pipeline, title, language"
        connection.execute(
            text(
                f"INSERT INTO documents ({columns}, passages, named_by_caller, ingested_at) "  # noqa: S608
                "VALUES ('d1', 'c', '/a', 'a', 'h', 1, 't', 'en', 1, 0, '2026-01-01')"
            )
        )
    engine.dispose()
    registry = DocumentRegistry(Database(url))
    assert [d.id for d in registry.documents()] == ["d1"]
    registry.database.close()
    assert "api_keys" in inspect(create_engine(url)).get_table_names()


def test_a_database_of_the_revision_before_ingestion_is_brought_up_to_date(url: str) -> None:
    before = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with before.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        assert not inspect(connection).has_table("ingestions")
    before.dispose()
    database = Database(url)
    assert database.answers()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        assert not inspect(connection).has_table("ingestions")
    database.close()


def test_ingestion_tables_of_before_the_migrations_are_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    tables = [t.__table__ for t in (DocumentRecord, DocumentDetails, PendingChange)]
    METADATA.create_all(engine, tables=tables)  # type: ignore[arg-type]
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO pending_changes VALUES ('d1')"))
    engine.dispose()
    database = Database(url)
    assert DocumentLedger(DocumentRegistry(database)).pending() == ["d1"]
    assert IngestionLog(database).unfinished() == []
    database.close()


def test_processes_that_start_together_migrate_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: Database(url), range(4)))
    assert all(database.answers() for database in opened)
    for database in opened:
        database.close()


def test_a_database_of_a_newer_version_is_refused(database: Database, url: str) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnavailableError, match="9999"):
        Database(url)


def test_a_database_that_goes_away_is_told_and_used_again_when_it_returns(
    postgres: PostgresServer,
) -> None:
    registry = DocumentRegistry(Database(postgres.empty()))
    registry.save(record("before"))
    postgres.stop()
    try:
        with pytest.raises(UnavailableError, match="database"):
            registry.save(record("meanwhile"))
    finally:
        postgres.start()
    registry.save(record("after"))
    assert {d.id for d in registry.documents()} == {"before", "after"}
    registry.database.close()


def test_a_server_that_does_not_answer_names_the_setting() -> None:
    with pytest.raises(UnavailableError, match="TRILOGUE_DATABASE_URL"):
        Database("postgresql://nobody@127.0.0.1:9/none")
