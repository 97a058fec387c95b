"""Files that are archives inside (Office, EPUB, HWPX): checked before anything opens them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from assistant.codes import Fault
from ingest.errors import UnreadableFileError, locked
from ingest.readers.source import Limits

_MANIFEST = "META-INF/manifest.xml"


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The archive that a file is.

    Raises:
        UnreadableFileError: It is damaged, encrypted, or unpacks to more than is allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check(archive, path.name, limits)
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError, KeyError, RuntimeError) as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is damaged: {error}",
            "Save it again with the program it comes from.",
        ) from error


def check(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Refuse an archive by what its directory says.

    Raises:
        UnreadableFileError: Too many parts, too large when unpacked, or encrypted.
    """
    parts = archive.infolist()
    if len(parts) > limits.members:
        raise UnreadableFileError(
            Fault.TOO_LARGE,
            f"{name} has {len(parts)} parts, more than the {limits.members} that are allowed.",
            "Split it, or raise TRILOGUE_MAX_ARCHIVE_FILES.",
        )
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise UnreadableFileError(
            Fault.TOO_LARGE,
            f"{name} unpacks to more than {limits.unpacked_bytes >> 20} MiB.",
            "Split it, or raise TRILOGUE_MAX_UNPACKED_BYTES.",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise locked(name)


def refuse_locked(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a package whose manifest says that its parts are encrypted (OpenDocument, HWPX).

    Raises:
        UnreadableFileError: They are.
    """
    if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
        raise locked(name)


def xml(content: bytes, name: str) -> etree._Element:
    """The root of an XML part.

    Raises:
        UnreadableFileError: It is not well-formed.
    """
    try:
        # No entities, no network, no trees of unlimited depth.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root: etree._Element | None = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(
            Fault.DAMAGED, f"{name} is damaged: {error}", "Save it again."
        ) from error
    if root is None:
        raise UnreadableFileError(
            Fault.DAMAGED, f"{name} is damaged: it is empty.", "Save it again."
        )
    return root
