"""What stands in archives and mails: documents, unpacked under names of our own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import UnreadableFileError
from ingest.formats import ARCHIVE_SUFFIXES, BY_SUFFIX

#: Longest file name that is written, in bytes; file systems allow 255.
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Member:
    """A document in an archive or a mail: where it was unpacked to, or why it was not.

    ``name`` is its path in there; empty for a fault of the archive or the mail as a whole.
    """

    name: str
    path: Path | None = None
    problem: UnreadableFileError | None = None


def is_readable(name: str) -> bool:
    """Whether a file of this name may be a document, or hold some."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in BY_SUFFIX or suffix in ARCHIVE_SUFFIXES


def target_in(folder: Path, member: PurePosixPath) -> Path:
    """Where a member goes: its own name, below a folder of ours for its folder.

    So a sidecar stands beside its document, and nothing in a path is followed.
    """
    name = member.name
    if len(name.encode()) > _LONGEST_NAME:
        name = hashlib.sha256(name.encode()).hexdigest()[:32] + member.suffix
    return folder / hashlib.sha256(str(member.parent).encode()).hexdigest()[:16] / name
