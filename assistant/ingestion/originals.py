"""Original files of documents, where the operator keeps them: a folder for each document."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from assistant.errors import UnavailableError

_CHUNK = 1 << 20


@dataclass(frozen=True)
class OriginalFile:
    """A file that a document was read from.

    Attributes:
        path: Where its bytes are now.
        sha256: Of the bytes that were read.
    """

    path: Path
    sha256: str


class Originals:
    """The files that documents were read from, each in the version that their passages are of.

    A file is kept as ``<document>/<content hash of its record>``. So it is known which is right
    by looking at the registry, as for passages, and documents of the same bytes have a file each:
    one can go without the other.

    Args:
        folder: The folder of all. It is created with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, document_id: str, content_hash: str) -> Path | None:
        """The file of a document in this version, if it is kept."""
        path = self._folder / document_id / content_hash
        return path if path.is_file() else None

    def kept(self) -> Iterator[tuple[str, str]]:
        """Document and content hash of every file there is."""
        if self._folder.is_dir():
            for folder in filter(_is_of_a_document, self._folder.iterdir()):
                for path in folder.iterdir():
                    yield folder.name, path.name

    def keep(self, document_id: str, content_hash: str, file: OriginalFile) -> bool:
        """Copy a file in, readable for this user only; it is there as a whole or not at all.

        Returns:
            Whether it is kept now. It is not if it is another one by now than the one that was
            read: the next ingestion finds it changed.

        Raises:
            UnavailableError: The folder cannot be written to.
        """
        if self.find(document_id, content_hash):
            return True
        with _writing():
            folder = self._folder / document_id
            for new in (self._folder, folder):
                new.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = folder / f"{secrets.token_hex(8)}.partial"
            try:
                if _copied(file.path, partial) != file.sha256:
                    return False
                partial.replace(folder / content_hash)
            finally:
                partial.unlink(missing_ok=True)
            _flush(folder)
            _flush(self._folder)
            return True

    def keep_only(self, document_id: str, content_hash: str | None) -> None:
        """Delete what is kept of a document, but for this version of it; all of it for None.

        Raises:
            UnavailableError: The folder cannot be written to.
        """
        folder = self._folder / document_id
        with _writing():
            if content_hash is None:
                shutil.rmtree(folder, ignore_errors=not folder.exists())
            elif folder.is_dir():
                for path in folder.iterdir():
                    if path.name != content_hash:
                        path.unlink(missing_ok=True)

    def sweep(self, content_hashes: Mapping[str, str]) -> None:
        """Delete what was left behind of documents that are others now, or gone.

        Args:
            content_hashes: Of all documents, by their ids.

        Raises:
            UnavailableError: The folder cannot be written to.
        """
        if self._folder.is_dir():
            # What else a mounted folder has, such as lost+found, is not ours.
            for folder in filter(_is_of_a_document, self._folder.iterdir()):
                self.keep_only(folder.name, content_hashes.get(folder.name))


def _is_of_a_document(folder: Path) -> bool:
    try:
        return str(UUID(folder.name)) == folder.name
    except ValueError:
        return False


def _copied(source: Path, target: Path) -> str | None:
    """Copy a file, and give the sha256 of what was copied; None if it is gone."""
    digest = hashlib.sha256()
    try:
        read = source.open("rb")
    except OSError:
        return None
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with read, os.fdopen(descriptor, "wb") as written:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def _flush(folder: Path) -> None:
    """See to it that the names in a folder outlast a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"Original files cannot be kept: {error}",
            "Check the space on the disk and the rights of the data folder.",
        ) from error
