"""Embedding queries of concurrent requests together: one forward pass for all that wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

#: Queries in one forward pass at most; more were no faster for each on two cores.
_MOST = 32


class QueryBatcher(Generic[T]):
    """Collects queries while a forward pass is under way, and takes all of them into the next.

    A lone query is embedded at once: nothing waits for company. The thread begins with the
    first query and ends with the process.

    Args:
        embed: Embeds a batch: the vectors of each query, in their order.
    """

    def __init__(self, embed: Callable[[Sequence[str]], Sequence[T]]) -> None:
        self._embed = embed
        self._waiting: SimpleQueue[tuple[str, Future[T]]] = SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    async def vectors(self, query: str) -> T:
        """What ``embed`` gives for one query. Raises whatever embedding raises."""
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="embed", daemon=True)
                self._thread.start()
        future: Future[T] = Future()
        self._waiting.put((query, future))
        return await asyncio.wrap_future(future)

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < _MOST and not self._waiting.empty():
                batch.append(self._waiting.get())
            # A caller that went away has cancelled its future, and its query is left out.
            live = [(q, f) for q, f in batch if f.set_running_or_notify_cancel()]
            # The same question from several callers is one row.
            texts = list(dict.fromkeys(query for query, _ in live))
            if not texts:
                continue
            try:
                vectors = dict(zip(texts, self._embed(texts), strict=True))
            except Exception as error:
                for _, future in live:
                    future.set_exception(error)
                continue
            for query, future in live:
                future.set_result(vectors[query])
