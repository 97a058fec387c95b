"""How long replies take as a rule, from those that this process has seen."""

from __future__ import annotations

from collections import deque
from statistics import median

from assistant.api.schemas.chat_schemas import ChatResponse

#: The latest replies, which tell best what the machine has to do now.
_LATEST = 20


class Pace:
    """The running median of the latest replies that the generator took part in."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_LATEST)

    def add(self, reply: ChatResponse) -> None:
        """Take a reply into account. One without generation comes at once and tells nothing."""
        if reply.timings_ms.first_token is not None:
            self._seconds.append(reply.timings_ms.total / 1000)

    @property
    def usual(self) -> float | None:
        """Seconds that a reply takes; None before the first one."""
        return median(self._seconds) if self._seconds else None
