"""Which files a job has to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InvalidInputError
from ingest.formats import BY_SUFFIX
from ingest.metadata import SIDECAR_SUFFIX


@dataclass(frozen=True)
class Candidate:
    """A file of the job. ``asked_for`` is False for one that was only found in a folder."""

    path: Path
    asked_for: bool


def discover(paths: Sequence[Path]) -> list[Candidate]:
    """The files at and below ``paths``, sorted, each once.

    Below a folder, hidden files, sidecars and files of unknown kinds are passed over, and links
    are not followed: a folder of documents must not reach out of itself.

    Raises:
        InvalidInputError: A path does not exist, before any file is looked at.
    """
    for path in paths:
        if not path.exists():
            raise InvalidInputError(f"{path} does not exist.", "Check the path.")
    found: dict[Path, Candidate] = {}
    for path in paths:
        if path.is_dir():
            for file in _below(path.resolve()):
                found.setdefault(file, Candidate(file, asked_for=False))
        else:
            found[path.resolve()] = Candidate(path.resolve(), asked_for=True)
    return sorted(found.values(), key=lambda candidate: candidate.path)


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(parent, name)
            hidden = name.startswith((".", "~$")) or name.endswith(SIDECAR_SUFFIX)
            if not hidden and file.suffix.lower() in BY_SUFFIX and not file.is_symlink():
                yield file
