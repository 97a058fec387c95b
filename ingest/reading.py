"""Reading files in worker processes, several at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from ingest.formats import identify
from ingest.readers import Limits, SourceText, read_as
from ingest.visible import visible
from ingest.workers import LimitedWorkers

ReadFile = Callable[[Path, Limits], SourceText]


def read_twice(path: Path, limits: Limits) -> SourceText:
    """Read a file with the reader of its format, and tell what it shows without that reader.

    Raises:
        UnreadableFileError: As `read`.
    """
    kind = identify(path)
    return replace(read_as(kind, path, limits), visible=visible(path, kind, limits))


class ReadingPool:
    """Worker processes that read files.

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
        reader: ReadFile = read_twice,
    ) -> None:
        self._limits = limits
        self._reader = reader
        self._workers = LimitedWorkers(workers, seconds, memory)

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._workers.close()

    def submit(self, path: Path) -> Future[SourceText]:
        """Begin to read a file."""
        return self._workers.submit(self._reader, path, self._limits)

    def result(self, future: Future[SourceText], name: str) -> SourceText:
        """What was read, when it is there.

        Raises:
            UnreadableFileError: The file cannot be read, or was too much for its reader.
            OSError: The file cannot be opened.
        """
        try:
            return future.result()
        except Exception as error:
            told = self._workers.told(error, name)
            if told is error:
                raise
            raise told from error
