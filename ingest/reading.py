"""Reading files in worker processes, several at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

from assistant.settings import Settings
from ingest.formats import identify
from ingest.readers import Limits, SourceText, read_as
from ingest.readers.conversion import modern
from ingest.visible import visible
from ingest.workers import LimitedWorkers

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
        self._limits = limits
        self._reader = reader
        self._workers = LimitedWorkers(workers, seconds, memory)

    def __enter__(self) -> ReadingPool[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._workers.close()

    def submit(self, path: Path, limits: Limits | None = None) -> Future[T]:
        """Begin to read a file, within other limits than usual if they are given."""
        return self._workers.submit(self._reader, path, limits or self._limits)

    def result(self, future: Future[T], name: str) -> T:
        """What was read, when it is there.

        Raises:
            UnreadableFileError: The file cannot be read, or was too much for its reader.
            OSError: The file cannot be opened.
        """
        with self._workers.telling(name):
            return future.result()


def reading_pool(
    settings: Settings, workers: int, reader: Callable[[Path, Limits], T]
) -> ReadingPool[T]:
    """Worker processes that read within the limits of the settings."""
    seconds, memory = settings.read_seconds, settings.read_memory_bytes
    return ReadingPool(workers, seconds, memory, limits_of(settings), reader)


def limits_of(settings: Settings) -> Limits:
    """What a file may cost to read, by the settings."""
    return Limits(
        file_bytes=settings.max_file_bytes,
        unpacked_bytes=settings.max_unpacked_bytes,
        members=settings.max_archive_files,
        pages=settings.max_pdf_pages,
        characters=settings.max_text_chars,
    )
