"""The database: SQLite or PostgreSQL behind SQLAlchemy, brought up to date when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from assistant.errors import UnavailableError

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Any fixed number: it names the lock that keeps two processes from migrating at once.
_MIGRATION_LOCK = 7_310_001
#: Seconds that a SQLite writer waits for another one.
_BUSY_TIMEOUT = 15
#: When a PostgreSQL client and its server take the other side for gone: seconds without a word,
#: seconds between questions, questions without answer; milliseconds that sent data may be
#: unacknowledged.
_ALIVE: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_ALIVE_AT_SERVER: Final = {
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}


class Base(MappedAsDataclass, DeclarativeBase):
    """Base of the tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time. SQLite keeps no time zone, so UTC is put back when it is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Database:
    """Connections to the one database, whose tables fit this version of the program.

    Args:
        url: SQLAlchemy URL. The folder of a SQLite file is created. ``postgresql://…`` goes
            through psycopg.

    Raises:
        UnavailableError: The database cannot be opened, or a newer version made it.

    Example:
        >>> database = Database("postgresql://trilogue:secret@localhost/trilogue")
        >>> with database.session() as session:
        ...     session.get(DocumentRecord, document_id)
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = _engine(parsed)
            _migrate(self.engine)
        except (SQLAlchemyError, OSError, ImportError, CommandError) as error:
            raise UnavailableError(
                f"The database cannot be opened: {_reason(error)}",
                "Check TRILOGUE_DATABASE_URL and the rights of the data folder.",
            ) from error
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction, committed when the block ends without an error.

        Raises:
            UnavailableError: The database fails; nothing of the transaction is kept.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except SQLAlchemyError as error:
            raise UnavailableError(
                f"The database fails: {_reason(error)}",
                "Check that it runs and that its disk is not full.",
            ) from error

    @property
    def shared(self) -> bool:
        """Whether other replicas of the service may be over it. A SQLite file is one service's."""
        return self.engine.dialect.name == "postgresql"

    def moment(self, session: Session) -> datetime:
        """This moment by the one clock that all replicas share."""
        if not self.shared:
            return now()
        clock = func.clock_timestamp(type_=UtcDateTime)
        return session.execute(select(clock)).scalar_one()

    def answers(self) -> bool:
        """Whether the database can be reached."""
        try:
            with self.session() as session:
                session.execute(text("SELECT 1"))
        except UnavailableError:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        # A connection that the server or a proxy has closed is replaced before it is used. That
        # the other side is gone without a word is noticed within a minute on both: what a lost
        # machine has locked is free then.
        server = create_engine(
            url, pool_pre_ping=True, pool_timeout=5, connect_args={"connect_timeout": 5, **_ALIVE}
        )

        @event.listens_for(server, "connect")
        def watch(connection: Any, record: object) -> None:
            with connection.cursor() as cursor:
                for name, value in _ALIVE_AT_SERVER.items():
                    cursor.execute(f"SET {name} = {value}")
            connection.commit()

        return server
    engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # Readers do not wait for the writer, and what was committed survives a crash.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _reason(error: Exception) -> str:
    """The driver's own words on one line, without SQLAlchemy's additions."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _migrate(engine: Engine) -> None:
    """Run the migrations that this database has not seen."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    lock = FileLock(f"{file}.lock") if file and file != ":memory:" else nullcontext()
    with lock, engine.begin() as connection:
        _lock_server(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _lock_server(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})
