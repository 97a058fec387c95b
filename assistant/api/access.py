"""Who calls, and what they may do: keys, scopes, collections, limits."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cachetools import TTLCache

from assistant.api.rates import RequestRates
from assistant.errors import ForbiddenError, LimitError, UnauthorizedError
from assistant.settings import Settings
from assistant.storage.keys import ApiKeyRecord, KeyScope, digest_of
from assistant.storage.rates import WINDOW
from assistant.storage.records import Records

#: Seconds after which a revoked key is refused by every replica, at the latest.
KEY_SECONDS = 5.0
_DAY = 86_400


@dataclass(frozen=True)
class Caller:
    """Who makes a request.

    Attributes:
        id: The key's id; ``local`` for a service without keys, ``operator`` for its operator.
        scopes: What it may do. ``admin`` includes the others.
        collections: What it may see, or None for everything.
        per_minute, per_day: How many requests it may make; None for any number.
    """

    id: str
    scopes: frozenset[KeyScope]
    collections: tuple[str, ...] | None = None
    per_minute: int | None = None
    per_day: int | None = None

    def may(self, scope: KeyScope) -> bool:
        """Whether its scopes allow it."""
        return scope in self.scopes or "admin" in self.scopes

    def require(self, *scopes: KeyScope) -> None:
        """Refuse a caller with none of the scopes.

        Raises:
            ForbiddenError: None is among the key's.
        """
        if not any(self.may(scope) for scope in scopes):
            raise ForbiddenError(
                f"This key does not have the scope {' or '.join(map(repr, scopes))}.",
                "Ask the operator for a key that has it.",
            )

    def narrowed(self, asked: Sequence[str] | None) -> tuple[str, ...] | None:
        """The collections to search: those asked for as far as they are granted.

        A collection that is not granted is left out without a word, as one that does not exist.
        """
        if self.collections is None:
            return None if asked is None else tuple(asked)
        if asked is None:
            return self.collections
        return tuple(name for name in asked if name in self.collections)

    def sees(self, collection: str) -> bool:
        """Whether documents of the collection are there for this caller."""
        return self.collections is None or collection in self.collections

    def require_collection(self, collection: str) -> None:
        """Refuse to write into a collection that is not granted.

        Raises:
            ForbiddenError: It is not among the key's.
        """
        if not self.sees(collection):
            raise ForbiddenError(
                f"This key is not granted the collection {collection!r}.",
                "Name one that it is granted, or ask the operator for another key.",
            )


#: Whoever calls a service that has no keys, which listens to its own machine only.
LOCAL = Caller("local", frozenset({"admin"}))
#: Whoever can read the data folder, and with it the token of the running service.
OPERATOR = Caller("operator", frozenset({"admin"}))


@dataclass
class _Budget:
    """How far a caller's limits are used up, as the headers tell it."""

    policies: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    def add(self, name: str, quota: int, window: int, remaining: int, reset: int) -> None:
        self.policies.append(f'"{name}";q={quota};w={window}')
        self.states.append(f'"{name}";r={max(remaining, 0)};t={reset}')

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers."""
        if not self.policies:
            return {}
        return {"RateLimit-Policy": ", ".join(self.policies), "RateLimit": ", ".join(self.states)}


class RequestAuthenticator:
    """Lets requests in by their key, and counts them.

    Rates and daily quotas are counted for all replicas together.

    Args:
        settings: The limits of keys that have none of their own.
        records: Keys and usage.
        operator_token: What the operator of this machine shows instead of a key.
        clock: Seconds, for how long a key is remembered.
    """

    def __init__(
        self,
        settings: Settings,
        records: Records,
        operator_token: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._records = records
        self._operator_token = operator_token.encode()
        self._known: TTLCache[str, ApiKeyRecord] = TTLCache(10_000, KEY_SECONDS, clock)
        self._open: TTLCache[str, bool] = TTLCache(1, KEY_SECONDS, clock)
        self._rates = RequestRates(records.rates)

    async def is_open(self) -> bool:
        """Whether there has never been a key, so that nobody needs one."""
        if "open" not in self._open:
            self._open["open"] = not await asyncio.to_thread(self._records.keys.exist)
        return self._open["open"]

    async def caller(self, token: str | None, operator_token: str | None = None) -> Caller:
        """Who shows this key, or this token of the operator's.

        Raises:
            UnauthorizedError: There is no key, or it is not valid (any more).
            UnavailableError: The database does not answer.
        """
        shown = (operator_token or "").encode()
        if shown and secrets.compare_digest(shown, self._operator_token):
            return OPERATOR
        if await self.is_open():
            return LOCAL
        if not token:
            raise UnauthorizedError(
                "The request has no API key.", "Send the header 'Authorization: Bearer KEY'."
            )
        digest = digest_of(token)
        record = self._known.get(digest)
        if record is None:
            record = await asyncio.to_thread(self._records.keys.find, token)
            if record is not None:
                # Not at each request: a key in use would be remembered for ever.
                self._known[digest] = record
        if record is None or not record.active:
            raise UnauthorizedError(
                "The API key is unknown, revoked or expired.", "Ask the operator for a new one."
            )
        return Caller(
            record.id,
            frozenset(record.scopes),
            None if record.collections is None else tuple(record.collections),
            record.requests_per_minute or self._settings.requests_per_minute,
            record.requests_per_day or self._settings.requests_per_day,
        )

    async def count(self, caller: Caller) -> tuple[dict[str, str], LimitError | None]:
        """Count a request; the headers that tell what is left, and the error if nothing is."""
        budget = _Budget()
        if caller.per_minute is None:
            return {}, None
        rate = await self._rates.hit(caller.id, caller.per_minute)
        budget.add("minute", caller.per_minute, WINDOW, rate.remaining, rate.reset)
        if not rate.allowed:
            return budget.headers(), _refused("minute", caller.per_minute, rate.reset)
        if caller.per_day is not None:
            moment = datetime.now(UTC)
            used = await asyncio.to_thread(self._records.usage.count, caller.id, moment.date())
            reset = _DAY - (moment.hour * 3600 + moment.minute * 60 + moment.second)
            budget.add("day", caller.per_day, _DAY, caller.per_day - used, reset)
            if used > caller.per_day:
                return budget.headers(), _refused("day", caller.per_day, reset)
        return budget.headers(), None


def _refused(window: str, quota: int, reset: int) -> LimitError:
    return LimitError(
        f"This key may make {quota:,} requests a {window}, and has made them.",
        f"Try again in {reset} seconds.",
        reset,
    )
