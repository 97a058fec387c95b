"""How many requests each key makes a minute, counted for all replicas together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Integer, Select, String, bindparam, case, cast, extract, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from assistant.storage.database import Base, Database

WINDOW: Final = 60


class RateRecord(Base, kw_only=True):
    """The requests of one key in the minute of its last one, and in the minute before.

    On PostgreSQL the table is not logged: a crash of the server forgets it, and counting costs no
    flush of the disk.

    Attributes:
        owner: The key's id.
        minute: Since 1970.
        requests: Allowed in that minute.
        requests_before: Allowed in the minute before it.
    """

    __tablename__ = "api_rates"

    owner: Mapped[str] = mapped_column(String(32), primary_key=True)
    minute: Mapped[int]
    requests: Mapped[int]
    requests_before: Mapped[int]


@dataclass(frozen=True)
class Rate:
    """What a limit says to a request.

    Attributes:
        allowed: Whether it may pass.
        remaining: How many more may.
        reset: Seconds until one more may.
    """

    allowed: bool
    remaining: int
    reset: int


class RateStore:
    """Counts requests in PostgreSQL, by the server's clock: a sliding window of a minute, made of
    the counts of this minute and the one before.

    The minute before counts by the share of it that the window still covers, as in
    https://blog.cloudflare.com/counting-things-a-lot-of-different-things/.

    Args:
        database: Whose server counts.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def hit(self, owner: str, limit: int) -> Rate:
        """Count a request, unless it would be more than ``limit`` in a minute.

        Raises:
            UnavailableError: The database fails.
        """
        values = {"of": owner, "most": limit}
        with self._database.session() as session:
            if row := session.execute(_COUNT, values).one_or_none():
                return _rate(True, limit, *row)
            return _rate(False, limit, *session.execute(_READ, values).one())


def _statements() -> tuple[ReturningInsert[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Count a request (no row for one too many), and read what was counted."""
    owner = bindparam("of", type_=String)
    seconds = extract("epoch", func.statement_timestamp())
    minute = cast(func.floor(seconds / WINDOW), Integer)
    # A request that waited for its turn may be of the minute before.
    is_now = RateRecord.minute >= minute
    requests = case((is_now, RateRecord.requests), else_=0)
    before = case(
        (is_now, RateRecord.requests_before),
        (RateRecord.minute == minute - 1, RateRecord.requests),
        else_=0,
    )
    left = (minute + 1) * WINDOW - seconds
    used = func.floor(requests + before * left / WINDOW)
    count = (
        insert(RateRecord)
        .values(owner=owner, minute=minute, requests=1, requests_before=0)
        .on_conflict_do_update(
            index_elements=["owner"],
            set_={
                "minute": func.greatest(RateRecord.minute, minute),
                "requests": requests + 1,
                "requests_before": before,
            },
            where=used < bindparam("most", type_=Integer),
        )
        .returning(RateRecord.requests, RateRecord.requests_before, left)
    )
    return count, select(requests, before, left).where(RateRecord.owner == owner)


_COUNT, _READ = _statements()


def _rate(allowed: bool, limit: int, requests: int, before: int, left: float) -> Rate:
    """What is left, ``left`` seconds before the minute ends."""
    left = float(left)
    used = math.floor(requests + before * left / WINDOW)
    wait = left % (WINDOW / before) if before else left
    return Rate(allowed, max(limit - used, 0) if allowed else 0, max(math.ceil(wait), 1))
