"""Files in the database, where every replica of the service finds them: in parts of one MiB."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO, Final

from sqlalchemy import LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.storage.database import Base

#: Bytes of a part: what is in memory of a file on its way in or out.
PART: Final = 1 << 20


class FilePart(Base, kw_only=True):
    """A part of a file.

    Attributes:
        owner: What the file belongs to: the id of an ingestion or of a document.
        name: Of the file, among those of its owner.
        number: Of the part, from 0. An empty file has one, which is empty.
        data: At most `PART` bytes.
    """

    __tablename__ = "file_parts"

    owner: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


def write_file(session: Session, owner: str, name: str, file: Path) -> str:
    """Copy a file in; the sha256 of what was copied.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    with file.open("rb") as source:
        number = 0
        while (data := source.read(PART)) or number == 0:
            digest.update(data)
            part = {"owner": owner, "name": name, "number": number, "data": data}
            session.execute(insert(FilePart), part)
            number += 1
    return digest.hexdigest()


def read_file(session: Session, owner: str, name: str, target: IO[bytes]) -> bool:
    """Copy a file out, if it is there."""
    number = 0
    part = select(FilePart.data).where(FilePart.owner == owner, FilePart.name == name)
    while (data := session.scalar(part.where(FilePart.number == number))) is not None:
        target.write(data)
        number += 1
    return number > 0


def files_of(session: Session, owner: str) -> Sequence[str]:
    """The names of an owner's files."""
    first = select(FilePart.name).where(FilePart.owner == owner, FilePart.number == 0)
    return session.scalars(first.order_by(FilePart.name)).all()


def all_files(session: Session) -> Sequence[tuple[str, str]]:
    """Owner and name of every file."""
    first = select(FilePart.owner, FilePart.name).where(FilePart.number == 0)
    return [(owner, name) for owner, name in session.execute(first).all()]


def delete_files(session: Session, owner: str, kept: Collection[str] = ()) -> None:
    """Delete an owner's files, but for those that are kept."""
    session.execute(
        delete(FilePart).where(FilePart.owner == owner, FilePart.name.not_in(list(kept)))
    )
