"""Reading files in worker processes: several at once, each within its time and memory.

A file that hangs its reader, crashes it or fills the memory costs that file and nothing else.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.formats import identify
from ingest.readers import Limits, SourceText, read_as
from ingest.readers.conversion import modern
from ingest.visible import visible

#: A worker is replaced after so many files, so that what libraries leak does not add up.
_FILES_A_WORKER = 500

T = TypeVar("T")


def read_twice(path: Path, limits: Limits) -> SourceText:
    """Read a file with the reader of its format, and tell what it shows without that reader.

    Raises:
        UnreadableFileError: As `read`.
    """
    with modern(identify(path), path, limits) as (kind, file):
        return replace(read_as(kind, file, limits), visible=visible(file, kind, limits))


class ReadingPool(Generic[T]):
    """Worker processes that read files. They start with the first file.

    Args:
        workers: How many.
        seconds: Longest time for one file.
        memory: Bytes of address space that a worker may take.
        limits: What a file may cost to read.
        reader: What reads a file; it is called in the workers.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        memory: int,
        limits: Limits,
        reader: Callable[[Path, Limits], T],
    ) -> None:
        self._seconds = seconds
        self._limits = limits
        self._reader = reader
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

    def __enter__(self) -> ReadingPool[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def submit(self, path: Path, limits: Limits | None = None) -> Future[T]:
        """Begin to read a file, within other limits than usual if they are given."""
        future: Future[T] = self._pool.submit(
            self._reader, self._seconds, path, limits or self._limits
        )
        return future

    def result(self, future: Future[T], name: str) -> T:
        """What was read, when it is there.

        Raises:
            UnreadableFileError: The file cannot be read, or was too much for its reader.
            OSError: The file cannot be opened.
        """
        try:
            return future.result()
        except TimeoutError as error:
            raise UnreadableFileError(
                Fault.TOO_SLOW,
                f"{name} takes more than {self._seconds:.0f} s to read.",
                "Split it, or raise TRILOGUE_READ_SECONDS.",
            ) from error
        except ProcessExpired as error:
            raise UnreadableFileError(
                Fault.CRASHED,
                f"{name} made its reader crash (exit code {error.exitcode}).",
                "Save it again, or convert it to another format.",
            ) from error
        except MemoryError as error:
            raise UnreadableFileError(
                Fault.TOO_MUCH_MEMORY,
                f"{name} takes more memory to read than is allowed.",
                "Split it, or raise TRILOGUE_READ_MEMORY_BYTES.",
            ) from error
        except (UnreadableFileError, OSError):
            raise
        except Exception as error:  # a reader's fault must not end the job
            raise UnreadableFileError(
                Fault.CRASHED, f"{name} made its reader fail: {type(error).__name__}: {error}"
            ) from error


def _limit_memory(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
