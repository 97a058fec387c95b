"""ZIP archives of documents, unpacked without trusting them.

Members are written under names of our own, so no name in an archive can reach out of the
scratch folder; sizes are counted while unpacking, so none can be larger than it says.
"""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import regex

from assistant.codes import Fault
from assistant.ingestion.metadata_keys import SIDECAR_SUFFIX
from ingest.errors import UnreadableFileError
from ingest.formats import ARCHIVE_SUFFIXES
from ingest.members import Member, is_readable, target_in
from ingest.readers import Limits
from ingest.readers.packages import check

_CHUNK = 1 << 20
#: General purpose flag: the name is UTF-8. Without it, programs write what their system uses.
_UTF8_NAME = 0x800
_HANGUL = regex.compile(r"[\uac00-\ud7a3]")
_ARABIC = regex.compile(r"\p{Script=Arabic}")


class _TooLargeError(Exception):
    """The archive unpacks to more than is allowed."""


def unpack(archive_path: Path, scratch: Path, limits: Limits) -> Iterator[Member]:
    """Unpack the documents and sidecars of an archive below ``scratch``.

    Members of unknown kinds and hidden ones are passed over, like files in a folder. The others
    are given unpacked, or with a problem: a path that leads out of the archive, a link, a
    password, damage, an archive in the archive.
    """
    name = archive_path.name
    try:
        if archive_path.stat().st_size > limits.file_bytes:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"{name} has more than {limits.file_bytes >> 20} MiB.",
                "Split it, or raise TRILOGUE_MAX_FILE_BYTES.",
            )
        with zipfile.ZipFile(archive_path) as archive:
            check(archive, name, limits)
            yield from _unpacked(archive, name, scratch, limits)
    except UnreadableFileError as error:
        yield Member("", problem=error)
    except (FileNotFoundError, PermissionError) as error:
        reason = f"{name} cannot be read: {error.strerror}"
        yield Member("", problem=UnreadableFileError(Fault.INACCESSIBLE, reason))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        reason = f"{name} is damaged or cannot be read: {error}"
        yield Member("", problem=UnreadableFileError(Fault.DAMAGED, reason))
    except _TooLargeError:
        mib = limits.unpacked_bytes >> 20
        reason = f"{name} unpacks to more than {mib} MiB, whatever it says."
        yield Member("", problem=UnreadableFileError(Fault.TOO_LARGE, reason))


def _unpacked(
    archive: zipfile.ZipFile, name: str, scratch: Path, limits: Limits
) -> Iterator[Member]:
    folder = scratch / str(sum(1 for _ in scratch.iterdir()))
    budget = limits.unpacked_bytes
    seen: set[str] = set()
    for info in archive.infolist():
        member = unicodedata.normalize("NFC", _name(info))
        if info.is_dir() or _passed_over(member):
            continue
        problem = "is in the archive more than once" if member in seen else _problem(info, member)
        seen.add(member)
        if problem:
            reason = f"{name}: {member!r} {problem}."
            yield Member(member, problem=UnreadableFileError(Fault.ARCHIVE_ENTRY, reason))
            continue
        target = target_in(folder, PurePosixPath(member))
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            budget -= _write(archive, info, target, budget)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            reason = f"{name}: {member!r} is damaged: {error}"
            yield Member(member, problem=UnreadableFileError(Fault.DAMAGED, reason))
            continue
        if not member.endswith(SIDECAR_SUFFIX):
            yield Member(member, target)


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Unpack a member and give its size, which is counted and not believed."""
    size = 0
    with archive.open(info) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > budget:
                raise _TooLargeError
            file.write(chunk)
    return size


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; where the archive does not say its encoding, the one that fits."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding, letters in (("utf-8", None), ("cp949", _HANGUL), ("cp1256", _ARABIC)):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if letters is None or letters.search(name):
            return name
    return info.filename


def _passed_over(member: str) -> bool:
    name = PurePosixPath(member.replace("\\", "/")).name
    hidden = name.startswith((".", "~$")) or "__MACOSX/" in member
    return hidden or not (is_readable(name) or name.endswith(SIDECAR_SUFFIX))


def _problem(info: zipfile.ZipInfo, member: str) -> str | None:
    path = PurePosixPath(member)
    if path.is_absolute() or ".." in path.parts or "\\" in member or regex.match(r"\w:", member):
        return "leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link"
    if path.suffix.lower() in ARCHIVE_SUFFIXES:
        return "is an archive in the archive; unpack it and ingest it by itself"
    return None
