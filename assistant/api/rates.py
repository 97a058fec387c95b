"""How many requests a minute each caller may make, over all replicas of the service."""

from __future__ import annotations

import asyncio
import logging
import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from assistant.errors import UnavailableError
from assistant.storage.rates import Rate, RateStore

_log = logging.getLogger(__name__)


class RequestRates:
    """Counts requests where all replicas see them, else in this process: for a service that has
    its database to itself, and for one whose database does not answer.

    Args:
        shared: What counts for all replicas; None where there is one.
    """

    def __init__(self, shared: RateStore | None) -> None:
        self._shared = shared
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def hit(self, caller: str, per_minute: int) -> Rate:
        """Count a request of a caller, unless it would be more than ``per_minute``."""
        if self._shared is not None:
            try:
                return await asyncio.to_thread(self._shared.hit, caller, per_minute)
            except UnavailableError as error:
                _log.warning("The rate of requests is counted in this process: %s", error)
        return await self._hit_own(caller, per_minute)

    async def _hit_own(self, caller: str, per_minute: int) -> Rate:
        item = RateLimitItemPerMinute(per_minute)
        allowed = await self._own.hit(item, caller)
        window = await self._own.get_window_stats(item, caller)
        wait = math.ceil(window.reset_time - time.time())
        return Rate(allowed, window.remaining, max(wait, 1))
