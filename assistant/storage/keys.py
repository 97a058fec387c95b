"""API keys: shown once when they are made, kept as a hash, never deleted, only revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import JSON, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.errors import InvalidInputError
from assistant.storage.database import Base, Database, UtcDateTime, now

KeyScope = Literal["chat", "ingest", "admin"]
SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)

_PREFIX = "trl_"
#: A key that an operator brings along must be too long to be guessed.
_LEAST_LENGTH = 32


class ApiKeyRecord(Base, kw_only=True):
    """One API key.

    Attributes:
        id: Its public name, ``key_…``; conversations and usage belong to it.
        name: What the operator calls it.
        digest: sha256 of the key.
        scopes: What it may do.
        collections: The collections that it may see, or None for all.
        requests_per_minute, requests_per_day: Its own limits, or None for the settings'.
        created_at, expires_at, revoked_at: In UTC.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[KeyScope]] = mapped_column(JSON)
    collections: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    requests_per_minute: Mapped[int | None] = mapped_column(default=None)
    requests_per_day: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    @property
    def active(self) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())


class KeyStore:
    """Makes, finds and revokes keys.

    Example:
        >>> record, token = KeyStore(database).create("portal", ["chat"], ["students"])
        >>> token
        'trl_…'
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        name: str,
        scopes: Sequence[KeyScope],
        collections: Sequence[str] | None,
        *,
        requests_per_minute: int | None = None,
        requests_per_day: int | None = None,
        expires_at: datetime | None = None,
        token: str | None = None,
    ) -> tuple[ApiKeyRecord, str]:
        """Make a key.

        Args:
            name: What to call it.
            scopes: What it may do.
            collections: What it may see; None for everything.
            requests_per_minute, requests_per_day: Its own limits.
            expires_at: When it ends.
            token: A key that was made elsewhere. A known one is left as it is.

        Returns:
            The record, and the key itself, which cannot be had again.

        Raises:
            InvalidInputError: A key that was brought along is too short.
            UnavailableError: The database fails.
        """
        if token is not None and len(token) < _LEAST_LENGTH:
            raise InvalidInputError(
                f"The key has {len(token)} characters; a safe one has {_LEAST_LENGTH} or more.",
                "Make one with 'openssl rand -hex 32'.",
            )
        token = token or _PREFIX + secrets.token_urlsafe(32)
        with self._database.session() as session:
            known = session.scalars(_with(token)).first()
            if known:
                return known, token
            record = ApiKeyRecord(
                id=f"key_{secrets.token_hex(6)}",
                name=name,
                digest=digest_of(token),
                scopes=list(dict.fromkeys(scopes)),
                collections=None if collections is None else sorted(set(collections)),
                requests_per_minute=requests_per_minute,
                requests_per_day=requests_per_day,
                expires_at=expires_at,
            )
            session.add(record)
        return record, token

    def find(self, token: str) -> ApiKeyRecord | None:
        """The key's record, active or not, or None for a key that was never made."""
        with self._database.session() as session:
            return session.scalars(_with(token)).first()

    def list(self) -> Sequence[ApiKeyRecord]:
        """All keys, the oldest first, with the revoked ones."""
        with self._database.session() as session:
            return session.scalars(select(ApiKeyRecord).order_by(ApiKeyRecord.created_at)).all()

    def exist(self) -> bool:
        """Whether a key was ever made. Revoking the last one does not open the service."""
        with self._database.session() as session:
            return session.scalars(select(ApiKeyRecord.id).limit(1)).first() is not None

    def revoke(self, name_or_id: str) -> ApiKeyRecord:
        """Revoke the active key of that id or name.

        Raises:
            InvalidInputError: There is none, or there are several of that name.
        """
        with self._database.session() as session:
            every = session.scalars(select(ApiKeyRecord)).all()
            found = [k for k in every if k.id == name_or_id] or [
                k for k in every if k.name == name_or_id and k.revoked_at is None
            ]
            if len(found) != 1:
                raise InvalidInputError(
                    f"{len(found) or 'No'} keys are called {name_or_id!r}.",
                    "'trilogue keys list' shows their ids.",
                )
            found[0].revoked_at = found[0].revoked_at or now()
            return found[0]


def digest_of(token: str) -> str:
    """What is stored of a key. A plain hash is enough: a key has 256 random bits, so there is
    nothing that a slow hash would protect from being guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _with(token: str) -> Select[ApiKeyRecord]:
    return select(ApiKeyRecord).where(ApiKeyRecord.digest == digest_of(token))
