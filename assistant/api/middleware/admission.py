"""Bounded queues: more requests than can be answered in time are refused at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import BusyError


class BoundedQueue:
    """Counts requests in progress, and refuses those beyond its limit.

    Args:
        name: What is waited for, for the message.
        limit: Requests in progress at most, the waiting ones included.
    """

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place for as long as the block runs.

        Raises:
            BusyError: All places are taken.
        """
        if self.taken >= self._limit:
            raise BusyError(
                f"There are {self._limit} {self._name} in progress already.",
                "Try again in a few seconds.",
            )
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
