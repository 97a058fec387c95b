"""Which files a job has to look at."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.codes import Fault
from assistant.errors import InvalidInputError
from assistant.ingestion.metadata_keys import SIDECAR_SUFFIX
from ingest.containers import ContainerOpener
from ingest.errors import UnreadableFileError
from ingest.members import is_readable


@dataclass(frozen=True)
class Candidate:
    """A file of the job.

    Attributes:
        path: Where its bytes are.
        origin: What the document is known by: its absolute path, or ``archive.zip!/member``,
            ``mail.eml!/attachment``.
        source: Name to show and to cite.
        size: In bytes.
        problem: Why it cannot be looked at, if so.
    """

    path: Path
    origin: str
    source: str
    size: int
    problem: UnreadableFileError | None = None


def check_paths(paths: Sequence[Path]) -> None:
    """Raises InvalidInputError for the first path that does not exist."""
    for path in paths:
        if not path.exists():
            raise InvalidInputError(f"{path} does not exist.", "Check the path.")


def discover(
    paths: Sequence[Path],
    containers: ContainerOpener,
    origin_of: Callable[[Path], str] = str,
) -> list[Candidate]:
    """The files at and below ``paths``, sorted, each once.

    Below a folder, hidden files, sidecars and files of unknown kinds are passed over, and links
    are not followed: a folder of documents must not reach out of itself. Archives are unpacked;
    their members take their place. What is attached to a mail follows it.

    Args:
        paths: Files and folders.
        containers: Opens archives and mails.
        origin_of: What the document of a file is known by.

    Raises:
        InvalidInputError: A path does not exist, before any file is looked at.
    """
    check_paths(paths)
    found: set[Path] = set()
    candidates: list[Candidate] = []

    def unlistable(error: OSError) -> None:
        folder = Path(error.filename)
        problem = UnreadableFileError(
            Fault.INACCESSIBLE, f"{folder.name} cannot be listed: {error.strerror}"
        )
        candidates.append(Candidate(folder, str(folder), folder.name, 0, problem))

    for path in paths:
        if path.is_dir():
            found.update(_below(path.resolve(), unlistable))
        else:
            found.add(path.resolve())
    for file in sorted(found):
        candidates += _documents(file, origin_of(file), containers)
    return candidates


def _candidate(path: Path, origin: str, source: str) -> Candidate:
    # macOS names files in decomposed letters (NFD); names are shown and cited composed.
    name = unicodedata.normalize("NFC", source)
    if (told := _told(origin)) != origin:
        problem = UnreadableFileError(Fault.BAD_NAME, f"{_told(name)} is no UTF-8 name.")
        return Candidate(path, told, _told(name), 0, problem)
    try:
        found = path.stat()
    except OSError as error:
        reason = f"{name} cannot be read: {error.strerror or error}"
        problem = UnreadableFileError(Fault.INACCESSIBLE, reason)
        return Candidate(path, origin, name, 0, problem)
    if not stat.S_ISREG(found.st_mode):
        # Opening a pipe or a device could wait for ever.
        problem = UnreadableFileError(Fault.INACCESSIBLE, f"{name} is no ordinary file.")
        return Candidate(path, origin, name, found.st_size, problem)
    return Candidate(path, origin, name, found.st_size)


def _told(name: str) -> str:
    """A name as it can be printed and stored: on Unix it may be any bytes."""
    return os.fsencode(name).decode("utf-8", "replace")


def _documents(file: Path, known: str, containers: ContainerOpener) -> Iterator[Candidate]:
    """A file, or what is in it, or both."""
    for member in containers.documents(file):
        origin = f"{known}!/{member.name}" if member.name else known
        source = Path(member.name).name or file.name
        if member.path is None:
            yield Candidate(file, origin, source, 0, problem=member.problem)
        else:
            yield _candidate(member.path, origin, source)


def _below(folder: Path, unlistable: Callable[[OSError], None]) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=unlistable, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(parent, name)
            hidden = name.startswith((".", "~$")) or name.endswith(SIDECAR_SUFFIX)
            if not hidden and is_readable(name) and not file.is_symlink():
                yield file
