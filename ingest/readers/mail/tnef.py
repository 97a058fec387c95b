"""``winmail.dat``: what Outlook packs of a message into one file ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from ingest.readers.mail.outlook_item import (
    BODY,
    BYTES,
    DATA,
    OBJECT,
    SHORT_NAME,
    SUBJECT,
    TEXT,
    UNICODE,
    Budget,
    Item,
)

_SIGNATURE: Final = 0x223E9F78
# Attributes.
_ATT_SUBJECT, _ATT_BODY = 0x8004, 0x800C
_ATT_DATA, _ATT_TITLE = 0x800F, 0x8010
_ATT_BEGINS, _ATT_MESSAGE_PROPERTIES, _ATT_PROPERTIES = 0x9002, 0x9003, 0x9005
_ATT_CODE_PAGE: Final = 0x9007
#: Attributes of Outlook's first versions that are properties now: (id, type).
_EARLIER: Final = {
    _ATT_SUBJECT: (SUBJECT, TEXT),
    _ATT_BODY: (BODY, TEXT),
    _ATT_DATA: (DATA, BYTES),
    _ATT_TITLE: (SHORT_NAME, TEXT),
}
_SIZES: Final = {0x0002: 2, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4,
                 0x000B: 2, 0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
_VARIABLE: Final = (TEXT, UNICODE, BYTES, OBJECT)
_SEVERAL: Final = 0x1000
_FIRST_NAMED: Final = 0x8000
_CODE_PAGE: Final = (0x3FFD, 0x0003)
#: What a message in an attachment begins with: IID_IMessage.
_MESSAGE_ID: Final = bytes.fromhex("0703020000000000c000000000000046")
Properties = dict[tuple[int, int], bytes]


class TnefItem(Item):
    """A message that is packed, or an attachment of it.

    Args:
        data: The file that it is in; empty for an attachment.
        place: Where that is.
        budget: What may be read.

    Raises:
        ValueError: It is no such file, or damaged.
    """

    def __init__(self, data: bytes, place: str, budget: Budget) -> None:
        super().__init__(place, budget)
        self._properties: Properties = {}
        self._attachments: list[TnefItem] = []
        budget.take(len(data))
        if data:
            self._take(data)

    def value(self, identity: int, kind: int) -> bytes | None:
        return self._properties.get((identity, kind))

    def attached(self) -> Sequence[Item]:
        return self._attachments

    def embedded(self) -> Item | None:
        data = self.value(DATA, OBJECT) or b""
        if not data.startswith(_MESSAGE_ID):
            return None
        return TnefItem(data[len(_MESSAGE_ID) :], f"{self._place}/0", self._budget)

    def _take(self, data: bytes) -> None:
        for name, content in _attributes(data):
            if name == _ATT_BEGINS:
                place = f"{self._place}/{len(self._attachments) + 1}"
                self._attachments.append(TnefItem(b"", place, self._budget))
            elif name == _ATT_CODE_PAGE:
                self._properties.setdefault(_CODE_PAGE, content[:4])
            elif name == _ATT_MESSAGE_PROPERTIES:
                self._properties |= _properties(content)
            elif name in (_ATT_SUBJECT, _ATT_BODY):
                self._properties.setdefault(_EARLIER[name], content)
            elif self._attachments and name == _ATT_PROPERTIES:
                self._attachments[-1]._properties |= _properties(content)
            elif self._attachments and name in _EARLIER:
                self._attachments[-1]._properties.setdefault(_EARLIER[name], content)
        for attachment in self._attachments:
            if _CODE_PAGE in self._properties:
                attachment._properties.setdefault(_CODE_PAGE, self._properties[_CODE_PAGE])


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes in order: what each is, and its bytes."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise ValueError("its packed part is none")
    at = 6
    while at + 9 <= len(data):
        level, name, _, size = struct.unpack_from("<BHHI", data, at)
        if level not in (1, 2):  # something that a gateway wrote behind it
            return
        end = at + 9 + size
        if end > len(data):
            raise ValueError("its packed part is cut off")
        yield name, data[at + 9 : end]
        at = end + 2


def _properties(data: bytes) -> Properties:
    """A list of properties; of one with several values the first."""
    found: Properties = {}
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(count):
        kind, identity = struct.unpack_from("<HH", data, at)
        at += 4
        if identity >= _FIRST_NAMED:
            at = _behind_name(data, at)
        several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        is_variable = kind in _VARIABLE
        if not is_variable and kind not in _SIZES:
            raise ValueError("its packed part has an unknown kind of property")
        number = 1
        if several or is_variable:
            (number,) = struct.unpack_from("<I", data, at)
            at += 4
        for place in range(number):
            size = _SIZES.get(kind, 0)
            if is_variable:
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            if at + size > len(data):
                raise ValueError("its packed part is cut off")
            if place == 0:
                found[identity, kind] = data[at : at + size]
            # Every value takes a multiple of four bytes.
            at += size + -size % 4
    return found


def _behind_name(data: bytes, at: int) -> int:
    """Where the value of a named property begins."""
    kind, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (size + -size % 4 if kind else 0)
