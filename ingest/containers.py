"""Files that hold documents: archives, mails, and those in one another."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.codes import Fault
from ingest.archives import unpack
from ingest.errors import UnreadableFileError
from ingest.formats import ARCHIVE_SUFFIXES, MAIL_SUFFIXES
from ingest.members import Member
from ingest.readers import Limits

#: Mails and archives in one another that are opened.
DEEPEST = 10

#: Writes what is attached to a mail to files, within limits.
Detach = Callable[[Path, Limits], Sequence[Member]]


@dataclass
class _Room:
    """What may still be unpacked of one file and of all that is in it."""

    bytes: int
    files: int


class ContainerOpener:
    """Finds the documents in archives and mails.

    Args:
        scratch: An empty folder for them.
        limits: What all that is in one file may unpack to.
        detach: Takes a mail apart.
    """

    def __init__(self, scratch: Path, limits: Limits, detach: Detach) -> None:
        self._scratch = scratch
        self._limits = limits
        self._detach = detach

    def documents(self, file: Path) -> Iterator[Member]:
        """A file (as a member without a name), unless it is an archive, and what is in it. The
        name of what is nested is ``mail.eml!/attachment``."""
        room = _Room(self._limits.unpacked_bytes, self._limits.members)
        return self._within(Member("", file), file, room, 0)

    def _within(self, member: Member, path: Path, room: _Room, depth: int) -> Iterator[Member]:
        suffix = path.suffix.lower()
        if suffix not in (*ARCHIVE_SUFFIXES, *MAIL_SUFFIXES):
            yield member
            return
        if depth > DEEPEST:
            reason = f"{member.name.rpartition('!/')[2]} is nested more than {DEEPEST} deep."
            problem = UnreadableFileError(Fault.ARCHIVE_ENTRY, reason, "Save it by itself.")
            yield Member(member.name, problem=problem)
            return
        inside = self._opened(path, suffix, room)
        if suffix in MAIL_SUFFIXES and all(one.name for one in inside):
            yield member
        for one in inside:
            name = "!/".join(filter(None, (member.name, one.name)))
            if one.path is None:
                yield Member(name, problem=one.problem)
            else:
                yield from self._within(Member(name, one.path), one.path, room, depth + 1)

    def _opened(self, path: Path, suffix: str, room: _Room) -> Sequence[Member]:
        limits = replace(self._limits, unpacked_bytes=room.bytes, members=room.files)
        if suffix in ARCHIVE_SUFFIXES:
            folder = Path(tempfile.mkdtemp(dir=self._scratch))
            inside: Sequence[Member] = list(unpack(path, folder, limits))
            unpacked = [file for file in folder.rglob("*") if file.is_file()]
        else:
            inside = self._taken_apart(path, limits)
            unpacked = [one.path for one in inside if one.path]
        room.bytes -= sum(file.stat().st_size for file in unpacked)
        room.files -= len(inside)
        return inside

    def _taken_apart(self, mail: Path, limits: Limits) -> Sequence[Member]:
        try:
            return self._detach(mail, limits)
        except UnreadableFileError as error:
            return [Member("", problem=error)]
        except OSError as error:
            reason = f"{mail.name} cannot be read: {error.strerror or error}"
            return [Member("", problem=UnreadableFileError(Fault.INACCESSIBLE, reason))]
