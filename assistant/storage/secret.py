"""Secrets that the service makes for itself and shares with its replicas."""

from __future__ import annotations

import secrets

from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from assistant.errors import UnavailableError
from assistant.storage.database import Base, Database


class SecretRecord(Base, kw_only=True):
    """One named secret."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


def shared_secret(database: Database, name: str) -> bytes:
    """The secret of that name, made when it is first asked for.

    Raises:
        UnavailableError: The database fails.
    """
    try:
        with database.session() as session:
            record = session.get(SecretRecord, name)
            if record is None:
                record = SecretRecord(name=name, value=secrets.token_hex(32))
                session.add(record)
            return bytes.fromhex(record.value)
    except UnavailableError as error:
        if not isinstance(error.__cause__, IntegrityError):
            raise
    # Another replica has made it between the look and the insert.
    with database.session() as session:
        return bytes.fromhex(session.get_one(SecretRecord, name).value)
