"""Outlook's messages ([MS-OXMSG]): properties in the streams of an OLE file."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Final

import olefile

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.ole import opened_ole
from ingest.readers.mail.mail_letters import decode_stated
from ingest.readers.source import Limits

# Properties ([MS-OXPROPS]).
_SUBJECT, _BODY, _HTML = 0x0037, 0x1000, 0x1013
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC = 0x0E04, 0x0E03
_SENT, _DELIVERED = 0x0039, 0x0E06
_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME = 0x3707, 0x3704, 0x3001
_DATA, _TYPE = 0x3701, 0x370E
# Their types ([MS-OXCDATA]).
_INTEGER, _TIME, _BYTES, _TEXT, _UNICODE, _OBJECT = 0x0003, 0x0040, 0x0102, 0x001E, 0x001F, 0x000D
#: Bytes before the list of properties: of the message, of one in it, of an attachment.
_TOP, _EMBEDDED, _ATTACHMENT = 32, 24, 8
_ATTACHMENTS: Final = "__attach_version1.0_#"
#: Code pages that Python has other names for.
_ENCODINGS: Final = {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 28596: "iso8859_6",
                     28605: "iso8859_15", 51949: "cp949", 50225: "iso2022_kr"}  # fmt: skip
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


def outlook_message(path: Path, limits: Limits) -> Message:
    """The message in an MSG file.

    Raises:
        UnreadableFileError: It is damaged, or larger inside than is allowed.
    """
    with opened_ole(path) as ole:
        return _Storage(ole, (), _TOP, _Budget(path.name, limits.unpacked_bytes)).message()


class _Budget:
    """Bytes that may still be read: many streams of a file may be the same bytes of it."""

    def __init__(self, name: str, left: int) -> None:
        self._name = name
        self._left = left

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"{self._name} holds more than is allowed.",
                "Split it, or raise TRILOGUE_MAX_UNPACKED_BYTES.",
            )


class _Storage:
    """A message or an attachment, as the properties of a storage.

    Args:
        ole: The file.
        place: The names that lead to the storage.
        head: Bytes before its list of properties.
        budget: What may be read of the file.
    """

    def __init__(
        self, ole: olefile.OleFileIO, place: Sequence[str], head: int, budget: _Budget
    ) -> None:
        self._ole = ole
        self._place = list(place)
        self._budget = budget
        self._fixed = dict(self._numbers(head))
        page = self._number(_CODE_PAGE)
        self._encoding = _ENCODINGS.get(page, f"cp{page}") if page else None

    def message(self) -> Message:
        """The storage as a message."""
        message = self._multipart("mixed")
        for name, value in (
            ("Subject", _header(self._text(_SUBJECT))),
            ("From", self._sender()),
            ("To", self._people(_TO)),
            ("Cc", self._people(_CC)),
            ("Date", self._sent()),
        ):
            if value:
                message[name] = value
        message.attach(self._body())
        for attached in self._attachments():
            message.attach(attached)
        return message

    def _multipart(self, kind: str) -> MIMEMultipart:
        # The same for the same file: what is attached is known by its bytes.
        place = hashlib.sha256("/".join(self._place).encode()).hexdigest()[:16]
        return MIMEMultipart(kind, boundary=f"={kind}_{place}")

    def _body(self) -> Message:
        body = self._multipart("alternative")
        if text := self._text(_BODY):
            body.attach(MIMEText(_encodable(text), "plain", "utf-8"))
        if html := self._html():
            body.attach(MIMEText(_encodable(html), "html", "utf-8"))
        return body

    def _html(self) -> str:
        data = self._stream(_HTML, _BYTES)
        if not data:
            return self._text(_HTML)
        page = self._number(_HTML_CODE_PAGE)
        return decode_stated(data, _ENCODINGS.get(page, f"cp{page}") if page else None, "")

    def _sender(self) -> str:
        name = self._text(_SENDER)
        address = self._text(_SENDER_SMTP) or self._text(_SENDER_ADDRESS)
        return _person(name, address)

    def _people(self, identity: int) -> str:
        names = self._text(identity).split(";")
        return ", ".join(_person(name, "") for name in names if name.strip())

    def _sent(self) -> str:
        ticks = self._time(_SENT) or self._time(_DELIVERED)
        try:
            return format_datetime(_EPOCH + timedelta(microseconds=ticks // 10)) if ticks else ""
        except OverflowError:
            return ""

    def _attachments(self) -> Iterator[Message]:
        depth = len(self._place)
        entries = self._ole.listdir(streams=False, storages=True)
        for entry in sorted(
            e
            for e in entries
            if len(e) == depth + 1 and e[:depth] == self._place and e[-1].startswith(_ATTACHMENTS)
        ):
            attached = _Storage(self._ole, entry, _ATTACHMENT, self._budget)._as_attachment()
            if attached is not None:
                yield attached

    def _as_attachment(self) -> Message | None:
        name = self._text(_LONG_NAME) or self._text(_SHORT_NAME) or self._text(_SHOWN_NAME)
        inner = [*self._place, _stream_name(_DATA, _OBJECT)]
        if self._ole.exists([*inner, "__properties_version1.0"]):
            embedded = _Storage(self._ole, inner, _EMBEDDED, self._budget).message()
            part: Message = MIMEMessage(embedded)
        else:
            data = self._stream(_DATA, _BYTES)
            if data is None:  # a link to a file, or an object of another program
                return None
            kind, _, subkind = self._text(_TYPE).partition("/")
            known = kind.isalnum() and subkind and kind.lower() not in ("multipart", "message")
            part = MIMEBase(*((kind, subkind) if known else ("application", "octet-stream")))
            part.set_payload(data)
            encode_base64(part)
        shown = ("utf-8", "", _encodable(name))
        part.add_header(
            "Content-Disposition", "attachment", **({"filename": shown} if name else {})
        )
        return part

    def _numbers(self, head: int) -> Iterator[tuple[tuple[int, int], bytes]]:
        """The properties of fixed size: (id, type) and the eight bytes of the value."""
        data = self._read("__properties_version1.0")[head:]
        for at in range(0, len(data) - 15, 16):
            kind, identity = struct.unpack_from("<HH", data, at)
            yield (identity, kind), data[at + 8 : at + 16]

    def _number(self, identity: int) -> int:
        value = self._fixed.get((identity, _INTEGER), bytes(8))
        return int(struct.unpack_from("<I", value)[0])

    def _time(self, identity: int) -> int:
        value = self._fixed.get((identity, _TIME), bytes(8))
        return int(struct.unpack_from("<Q", value)[0])

    def _text(self, identity: int) -> str:
        data = self._stream(identity, _UNICODE)
        if data is not None:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self._stream(identity, _TEXT)
        return decode_stated(data, self._encoding, "").rstrip("\0") if data else ""

    def _stream(self, identity: int, kind: int) -> bytes | None:
        name = _stream_name(identity, kind)
        return self._read(name) if self._ole.exists([*self._place, name]) else None

    def _read(self, name: str) -> bytes:
        place = [*self._place, name]
        self._budget.take(self._ole.get_size(place))
        return bytes(self._ole.openstream(place).read())


def _stream_name(identity: int, kind: int) -> str:
    return f"__substg1.0_{identity:04X}{kind:04X}"


def _person(name: str, address: str) -> str:
    # Within one Exchange server an address is a path: /o=…/cn=…
    usable = "@" in address and address.isascii()
    return formataddr((_one_line(name), _one_line(address) if usable else ""))


def _header(value: str) -> str:
    return Header(_one_line(value), "utf-8").encode()


def _one_line(text: str) -> str:
    return " ".join(_encodable(text).split())


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
