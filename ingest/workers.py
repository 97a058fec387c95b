"""Worker processes for files that nobody vouches for: each within its time and memory.

A file that hangs its reader, crashes it or fills the memory costs that file and nothing else.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from assistant.codes import Fault
from assistant.errors import TrilogueError
from ingest.errors import UnreadableFileError

#: A worker is replaced after so many files, so that what libraries leak does not add up.
_FILES_A_WORKER = 500

P = ParamSpec("P")
T = TypeVar("T")


class LimitedWorkers:
    """Processes that start with the first file.

    Args:
        workers: How many.
        seconds: Longest time for one file.
        memory: Bytes of address space that a worker may take.
    """

    def __init__(self, workers: int, seconds: float, memory: int) -> None:
        self._seconds = seconds
        # A fork server: it is started before any thread, has none, and forks cheaply.
        context = get_context("forkserver")
        context.set_forkserver_preload(["ingest.readers.text"])
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=_FILES_A_WORKER,
            initializer=_limit_memory,
            initargs=[memory],
            context=context,
        )

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin to work on a file."""
        future: Future[T] = self._pool.submit(work, self._seconds, *args, **kwargs)
        return future

    def close(self) -> None:
        """Stop the processes."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    @contextmanager
    def telling(self, name: str) -> Iterator[None]:
        """Says what goes wrong with a file in its owner's terms.

        Args:
            name: Of the file.

        Raises:
            UnreadableFileError: For whatever does not say enough by itself, as `TrilogueError` and
                `OSError` do.
        """
        try:
            yield
        except Exception as error:
            told = self._told(error, name)
            if told is error:
                raise
            raise told from error

    def _told(self, error: Exception, name: str) -> Exception:
        match error:
            case TimeoutError():
                return UnreadableFileError(
                    Fault.TOO_SLOW,
                    f"{name} takes more than {self._seconds:.0f} s to read.",
                    "Split it, or raise TRILOGUE_READ_SECONDS.",
                )
            case ProcessExpired():
                return UnreadableFileError(
                    Fault.CRASHED,
                    f"{name} made its reader crash (exit code {error.exitcode}).",
                    "Save it again, or convert it to another format.",
                )
            case MemoryError():
                return UnreadableFileError(
                    Fault.TOO_MUCH_MEMORY,
                    f"{name} takes more memory to read than is allowed.",
                    "Split it, or raise TRILOGUE_READ_MEMORY_BYTES.",
                )
            case TrilogueError() | OSError():
                return error
            case _:  # a reader's fault must not end the job
                return UnreadableFileError(
                    Fault.CRASHED, f"{name} made its reader fail: {type(error).__name__}: {error}"
                )


def _limit_memory(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
