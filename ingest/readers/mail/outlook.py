"""Outlook's message files ([MS-OXMSG]): properties in the streams of an OLE file."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from email.message import Message
from pathlib import Path
from typing import Final

import olefile

from ingest.ole import opened_ole
from ingest.readers.mail.outlook_item import DATA, INTEGER, OBJECT, TIME, Budget, Item
from ingest.readers.source import Limits

#: Bytes before the list of properties: of the message, of one in it, of an attachment.
_TOP, _EMBEDDED, _ATTACHMENT = 32, 24, 8
_PROPERTIES: Final = "__properties_version1.0"
_ATTACHMENTS: Final = "__attach_version1.0_#"


def outlook_message(path: Path, limits: Limits) -> Message:
    """The message in an MSG file.

    Raises:
        UnreadableFileError: It is damaged, or larger inside than is allowed.
    """
    with opened_ole(path) as ole:
        return _Storage(ole, (), _TOP, Budget(path.name, limits.unpacked_bytes)).message()


class _Storage(Item):
    """An item in a storage.

    Args:
        ole: The file.
        names: The names that lead to the storage.
        head: Bytes before its list of properties.
        budget: What may be read of the file.
    """

    def __init__(
        self, ole: olefile.OleFileIO, names: Sequence[str], head: int, budget: Budget
    ) -> None:
        super().__init__("/".join(names), budget)
        self._ole = ole
        self._names = list(names)
        self._fixed = dict(self._numbers(head))

    def value(self, identity: int, kind: int) -> bytes | None:
        if kind in (INTEGER, TIME):
            return self._fixed.get((identity, kind))
        name = _stream_name(identity, kind)
        return self._read(name) if self._ole.exists([*self._names, name]) else None

    def attached(self) -> Iterator[Item]:
        depth = len(self._names)
        entries = self._ole.listdir(streams=False, storages=True)
        for entry in sorted(
            e
            for e in entries
            if len(e) == depth + 1 and e[:depth] == self._names and e[-1].startswith(_ATTACHMENTS)
        ):
            yield _Storage(self._ole, entry, _ATTACHMENT, self._budget)

    def embedded(self) -> Item | None:
        inner = [*self._names, _stream_name(DATA, OBJECT)]
        if not self._ole.exists([*inner, _PROPERTIES]):
            return None
        return _Storage(self._ole, inner, _EMBEDDED, self._budget)

    def _numbers(self, head: int) -> Iterator[tuple[tuple[int, int], bytes]]:
        """The properties of fixed size: (id, type) and the eight bytes of the value."""
        data = self._read(_PROPERTIES)[head:]
        for at in range(0, len(data) - 15, 16):
            kind, identity = struct.unpack_from("<HH", data, at)
            yield (identity, kind), data[at + 8 : at + 16]

    def _read(self, name: str) -> bytes:
        place = [*self._names, name]
        self._budget.take(self._ole.get_size(place))
        return bytes(self._ole.openstream(place).read())


def _stream_name(identity: int, kind: int) -> str:
    return f"__substg1.0_{identity:04X}{kind:04X}"
