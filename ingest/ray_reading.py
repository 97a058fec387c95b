"""What reads files on the nodes of a Ray cluster.

A plain class: the driver makes actors of it. A node imports it from its own Trilogue, and without
the embedder, so that many fit beside one that embeds.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from assistant.settings import Settings
from ingest.errors import UnreadableFileError
from ingest.readers import SourceText
from ingest.reading import read_twice, reading_pool
from ingest.version import PIPELINE_VERSION


@dataclass(frozen=True)
class Introduction:
    """What a worker is.

    Attributes:
        host: Name of its machine.
        trilogue: Version of Trilogue there.
        pipeline: `PIPELINE_VERSION` there.
        probe: What its embedder makes of a fixed text, ``(d,)``; None for a worker that reads.
    """

    host: str
    trilogue: str
    pipeline: int
    probe: NDArray[np.float32] | None = None


def introduction(probe: NDArray[np.float32] | None = None) -> Introduction:
    """What this process is."""
    return Introduction(socket.gethostname(), version("trilogue"), PIPELINE_VERSION, probe)


class ReadingWorker:
    """Reads files that it is sent, within the limits that a file has everywhere.

    Args:
        settings: The driver's; the limits are among them.
    """

    def __init__(self, settings: Settings) -> None:
        self._pool = reading_pool(settings, 1, read_twice)

    def introduce(self) -> Introduction:
        """See `introduction`."""
        return introduction()

    def read(self, file_name: str, name: str, content: bytes) -> SourceText:
        """What is in a file.

        Args:
            file_name: Its name, by which its format is told.
            name: What errors call it.
            content: Its bytes.

        Raises:
            UnreadableFileError: As `ReadingPool.result`.
        """
        with TemporaryDirectory(prefix="trilogue-") as folder:
            path = Path(folder, file_name)
            path.write_bytes(content)
            try:
                return self._pool.result(self._pool.submit(path), name)
            except UnreadableFileError as error:
                # Where the file is here says nothing to who sent it.
                told = error.message.replace(f"{folder}{os.sep}", "")
                raise UnreadableFileError(error.fault, told, error.hint) from None
