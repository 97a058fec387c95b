"""Original files of documents, where the operator keeps them: in a folder, or in the database that
replicas share."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from uuid import UUID

from assistant.errors import UnavailableError
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.file_parts import (
    all_files,
    delete_files,
    files_of,
    read_file,
    write_file,
)

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


class Originals(Protocol):
    """The files that documents were read from, each in the version that their passages are of.

    A file is kept under the id of its document and the content hash of the document's record. So
    it is known which is right by looking at the registry, as for passages, and documents of the
    same bytes have a file each: one can go without the other.
    """

    def has(self, document_id: str, content_hash: str) -> bool:
        """Whether the file of a document in this version is kept."""

    def kept(self) -> Iterator[tuple[str, str]]:
        """Document and content hash of every file there is."""

    def lend(self, document_id: str, content_hash: str) -> AbstractContextManager[Path | None]:
        """The file of a document in this version, if it is kept, for as long as the block runs.

        Raises:
            UnavailableError: The database fails.
        """

    def keep(self, document_id: str, content_hash: str, file: OriginalFile) -> bool:
        """Copy a file in; it is there as a whole or not at all.

        Returns:
            Whether it is kept now. It is not if it is another one by now than the one that was
            read: the next ingestion finds it changed.

        Raises:
            UnavailableError: It cannot be written.
        """

    def keep_only(self, document_id: str, content_hash: str | None) -> None:
        """Delete what is kept of a document, but for this version of it; all of it for None.

        Raises:
            UnavailableError: It cannot be deleted.
        """

    def sweep(self, content_hashes: Mapping[str, str]) -> None:
        """Delete what was left behind of documents that are others now, or gone.

        Args:
            content_hashes: Of all documents, by their ids.

        Raises:
            UnavailableError: It cannot be deleted.
        """


def originals_of(settings: Settings, database: Database) -> Originals:
    """Where the original files of a database's documents are."""
    return (
        DatabaseOriginals(database) if database.shared else FolderOriginals(settings.originals_dir)
    )


class DatabaseOriginals:
    """Files in the database: each replica finds them, and they go with their documents in all.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._session = database.session

    def has(self, document_id: str, content_hash: str) -> bool:
        """Whether the file of a document in this version is kept."""
        with self._session() as session:
            return content_hash in files_of(session, document_id)

    def kept(self) -> Iterator[tuple[str, str]]:
        """Document and content hash of every file there is."""
        with self._session() as session:
            yield from (file for file in all_files(session) if _is_document(file[0]))

    @contextmanager
    def lend(self, document_id: str, content_hash: str) -> Iterator[Path | None]:
        """The file of a document, in a temporary place, for as long as the block runs."""
        with NamedTemporaryFile(prefix="trilogue-original-") as file:
            with self._session() as session:
                found = read_file(session, document_id, content_hash, file)
            file.flush()
            yield Path(file.name) if found else None

    def keep(self, document_id: str, content_hash: str, file: OriginalFile) -> bool:
        """Copy a file in; see `Originals.keep`."""
        with self._session() as session:
            if content_hash in files_of(session, document_id):
                return True
            with suppress(OSError):
                if write_file(session, document_id, content_hash, file.path) == file.sha256:
                    return True
            session.rollback()
            return False

    def keep_only(self, document_id: str, content_hash: str | None) -> None:
        """Delete what is kept of a document, but for this version of it; all of it for None."""
        with self._session() as session:
            delete_files(session, document_id, [content_hash] if content_hash else ())

    def sweep(self, content_hashes: Mapping[str, str]) -> None:
        """Delete what was left behind of documents that are others now, or gone."""
        with self._session() as session:
            stale = {
                owner
                for owner, name in all_files(session)
                if _is_document(owner) and content_hashes.get(owner) != name
            }
            for owner in sorted(stale):
                kept = content_hashes.get(owner)
                delete_files(session, owner, [kept] if kept else ())


class FolderOriginals:
    """Files in a folder, as ``<document>/<content hash>``.

    Args:
        folder: The folder of all. It is created with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, document_id: str, content_hash: str) -> Path | None:
        """The file of a document in this version, if it is kept."""
        path = self._folder / document_id / content_hash
        return path if path.is_file() else None

    def has(self, document_id: str, content_hash: str) -> bool:
        """Whether the file of a document in this version is kept."""
        return self.find(document_id, content_hash) is not None

    def lend(self, document_id: str, content_hash: str) -> AbstractContextManager[Path | None]:
        """The file of a document in this version, if it is kept."""
        return nullcontext(self.find(document_id, content_hash))

    def kept(self) -> Iterator[tuple[str, str]]:
        """Document and content hash of every file there is."""
        if self._folder.is_dir():
            for folder in self._folder.iterdir():
                if _is_document(folder.name):
                    yield from ((folder.name, path.name) for path in folder.iterdir())

    def keep(self, document_id: str, content_hash: str, file: OriginalFile) -> bool:
        """Copy a file in, readable for this user only; see `Originals.keep`."""
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
            for folder in self._folder.iterdir():
                if _is_document(folder.name):
                    self.keep_only(folder.name, content_hashes.get(folder.name))


def _is_document(name: str) -> bool:
    try:
        return str(UUID(name)) == name
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
