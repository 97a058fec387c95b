"""A lock that many readers share and one writer has alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, get_ident


class SwitchLock:
    """Keeps readers out while documents change from old to new.

    A writer that waits goes before new readers, so that steady reading does not keep it out.
    The thread that has it alone may read meanwhile.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._readers = 0
        self._waiting = 0
        self._writer: int | None = None

    @contextmanager
    def shared(self) -> Iterator[None]:
        """For reading."""
        if self._writer == get_ident():
            yield
            return
        with self._changed:
            self._changed.wait_for(lambda: self._writer is None and not self._waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """For changing what is read."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: self._writer is None and not self._readers)
            self._waiting -= 1
            self._writer = get_ident()
        try:
            yield
        finally:
            with self._changed:
                self._writer = None
                self._changed.notify_all()
