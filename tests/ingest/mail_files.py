"""Mails for tests: as Python writes them, and Outlook's, written by hand."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path

SECTOR = 512
END, FREE, FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
NO_ENTRY = 0xFFFFFFFF
#: A storage of an OLE file: names to streams (bytes) and storages.
Storage = Mapping[str, "bytes | Storage"]


def eml(subject: str, body: str, html: str = "", **files: bytes) -> EmailMessage:
    """A mail; a dot in a file's name is written as ``__``."""
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Office <office@example.org>"
    mail["To"] = "All <all@example.org>"
    mail["Date"] = "Sun, 01 Mar 2026 09:30:00 +0900"
    mail.set_content(body)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in files.items():
        mail.add_attachment(
            content,
            maintype="application",
            subtype="octet-stream",
            filename=name.replace("__", "."),
        )
    return mail


class _Chains:
    """Sectors of one size, and which follows which."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sectors: list[bytes] = []
        self.following: list[int] = []

    def add(self, data: bytes) -> int:
        """Write a stream; where it begins."""
        first = len(self.sectors)
        for at in range(0, len(data), self.size):
            self.sectors.append(data[at : at + self.size].ljust(self.size, b"\0"))
            self.following.append(len(self.sectors))
        if data:
            self.following[-1] = END
        return first if data else END


def ole_file(root: Storage) -> bytes:
    """An OLE file ([MS-CFB]) with sectors of 512 bytes."""
    large, small = _Chains(SECTOR), _Chains(64)
    entries: list[bytes] = []

    def fill(storage: Storage) -> int:
        """Write the entries of a storage, the last first: each names the one after it."""
        after = NO_ENTRY
        for name in sorted(storage, key=lambda n: (len(n), n.upper()), reverse=True):
            content = storage[name]
            if isinstance(content, bytes):
                start = (small if len(content) < 4096 else large).add(content)
                entries.append(_entry(name, 2, after, NO_ENTRY, start, len(content)))
            else:
                child = fill(content)
                entries.append(_entry(name, 1, after, child, 0, 0))
            after = len(entries)  # the root stands before them
        return after

    child = fill(root)
    contents = b"".join(small.sectors)
    top = _entry("Root Entry", 5, NO_ENTRY, child, large.add(contents), len(contents))
    table = large.add(struct.pack(f"<{len(small.following)}I", *small.following))
    directory = large.add(b"".join([top, *entries]))
    return _assembled(large, directory, table)


def _entry(name: str, kind: int, after: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(raw, len(raw), kind, 1, NO_ENTRY, after, child, b"", 0, 0, 0, start, size),
    )


def _assembled(large: _Chains, directory: int, small_table: int) -> bytes:
    per, count = SECTOR // 4, len(large.sectors)
    tables = 1
    while tables * per < count + tables:
        tables += 1
    assert tables <= 109
    fat = [*large.following, *[FAT_SECTOR] * tables]
    fat += [FREE] * (tables * per - len(fat))
    small_tables = 0
    at = small_table
    while at != END:
        small_tables, at = small_tables + 1, large.following[at]
    head = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, tables),
        *(directory, 0, 4096, small_table, small_tables, END, 0),
    )
    places = range(count, count + tables)
    head += struct.pack("<109I", *places, *[FREE] * (109 - tables))
    return head + b"".join(large.sectors) + struct.pack(f"<{len(fat)}I", *fat)


def unicode(identity: int, text: str) -> tuple[str, bytes]:
    """A property that is a text, with the zeros that end it."""
    return f"__substg1.0_{identity:04X}001F", text.encode("utf-16-le")


def msg(
    subject: str,
    body: str = "",
    html: bytes = b"",
    files: Sequence[tuple[str, bytes | Storage]] = (),
    code_page: int = 65001,
    within: bool = False,
) -> dict[str, bytes | Storage]:
    """The storage of a message of Outlook."""
    numbers = struct.pack("<HHI8s", 3, 0x3FDE, 0, struct.pack("<Q", code_page))
    numbers += struct.pack("<HHI8s", 0x40, 0x39, 0, struct.pack("<Q", 134168346000000000))
    storage: dict[str, bytes | Storage] = {
        "__properties_version1.0": bytes(24 if within else 32) + numbers,
        **dict([unicode(0x37, subject), unicode(0x0C1A, "Office"), unicode(0x0E04, "Kim; Lee")]),
    }
    if body:
        storage |= dict([unicode(0x1000, body)])
    if html:
        storage["__substg1.0_10130102"] = html
    for number, (name, content) in enumerate(files):
        data = "__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"
        storage[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            data: content,
            **dict([unicode(0x3707, name)]),
        }
    return storage


def write_msg(path: Path, storage: Storage) -> Path:
    """A message of Outlook as a file."""
    path.write_bytes(ole_file(storage))
    return path


def tnef(properties: Mapping[int, bytes], *files: Mapping[int, bytes]) -> bytes:
    """A ``winmail.dat`` with these properties (type and id in one number, as [MS-OXTNEF] writes
    them), and with files, each by its properties."""

    def listed(values: Mapping[int, bytes]) -> bytes:
        out = struct.pack("<I", len(values))
        for tag, value in values.items():
            out += struct.pack("<HHII", tag & 0xFFFF, tag >> 16, 1, len(value))
            out += value + bytes(-len(value) % 4)
        return out

    def attribute(level: int, name: int, data: bytes) -> bytes:
        return struct.pack("<BHHI", level, name, 6, len(data)) + data + b"\0\0"

    out = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9003, listed(properties))
    for values in files:
        out += attribute(2, 0x9002, bytes(14)) + attribute(2, 0x9005, listed(values))
    return out


def stored(rtf: bytes) -> bytes:
    """RTF as the property PidTagRtfCompressed holds it, without compression."""
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
