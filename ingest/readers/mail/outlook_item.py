"""Outlook's items ([MS-OXCMSG]) as messages of Python's, whatever file holds their properties."""

from __future__ import annotations

import hashlib
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import Final

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers.mail import rtf_body
from ingest.readers.mail.mail_letters import decode_stated

# Properties ([MS-OXPROPS]).
SUBJECT, BODY, RTF, HTML = 0x0037, 0x1000, 0x1009, 0x1013
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC = 0x0E04, 0x0E03
SENT, _DELIVERED = 0x0039, 0x0E06
_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE
_LONG_NAME, SHORT_NAME, _SHOWN_NAME = 0x3707, 0x3704, 0x3001
DATA, _TYPE = 0x3701, 0x370E
# Their types ([MS-OXCDATA]).
INTEGER, TIME, BYTES, TEXT, UNICODE, OBJECT = 0x0003, 0x0040, 0x0102, 0x001E, 0x001F, 0x000D
#: Code pages that Python has other names for.
_ENCODINGS: Final = {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 28596: "iso8859_6",
                     28605: "iso8859_15", 51949: "cp949", 50225: "iso2022_kr"}  # fmt: skip
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


class Budget:
    """Bytes that may still be read: many streams of a file may be the same bytes of it, and a body
    grows when it is unpacked."""

    def __init__(self, name: str, left: int) -> None:
        self._name = name
        self._left = left

    def take(self, size: int) -> None:
        """Count some bytes.

        Raises:
            UnreadableFileError: They are too many.
        """
        self._left -= size
        if self._left < 0:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"{self._name} holds more than is allowed.",
                "Split it, or raise TRILOGUE_MAX_UNPACKED_BYTES.",
            )


class Item(ABC):
    """A message or an attachment, by its properties.

    Args:
        place: Where it is in its file: unlike the places of the other items.
        budget: What may be read of the file.
    """

    def __init__(self, place: str, budget: Budget) -> None:
        self._place = place
        self._budget = budget

    @abstractmethod
    def value(self, identity: int, kind: int) -> bytes | None:
        """The value of a property as it is stored, if the item has it with this type."""

    @abstractmethod
    def attached(self) -> Iterable[Item]:
        """The attachments of a message."""

    @abstractmethod
    def embedded(self) -> Item | None:
        """The message that an attachment is, if it is one."""

    def message(self) -> Message:
        """The item as a message."""
        message = self.multipart("mixed")
        for name, value in (
            ("Subject", _header(self._text(SUBJECT))),
            ("From", self._sender()),
            ("To", self._people(_TO)),
            ("Cc", self._people(_CC)),
            ("Date", self._sent()),
        ):
            if value:
                message[name] = value
        message.attach(self.body())
        for attachment in self.attachments():
            message.attach(attachment)
        return message

    def multipart(self, kind: str) -> MIMEMultipart:
        """An empty part of several parts."""
        # The same for the same file: what is attached is known by its bytes.
        place = hashlib.sha256(self._place.encode()).hexdigest()[:16]
        return MIMEMultipart(kind, boundary=f"={kind}_{place}")

    def body(self) -> Message:
        """The body in all versions that are there: plain, HTML; RTF if it is the only one."""
        plain, html = self._text(BODY), self._html()
        rtf = self._rtf()
        made_of = rtf_body.content(rtf) if rtf and not html else None
        if made_of and made_of[0] == "html":
            html = made_of[1]
        elif made_of:
            plain = plain or made_of[1]
        body = self.multipart("alternative")
        if plain:
            body.attach(MIMEText(_encodable(plain), "plain", "utf-8"))
        if html:
            body.attach(MIMEText(_encodable(html), "html", "utf-8"))
        if rtf and not plain and not html:
            body.attach(MIMEApplication(rtf, "rtf"))
        return body

    def attachments(self) -> Iterable[Message]:
        """The attachments as parts of a message."""
        return (one.as_attachment() for one in self.attached())

    def as_attachment(self) -> Message:
        """An attachment as a part of a message; empty for a link to a file and for an object of
        another program."""
        name = self._text(_LONG_NAME) or self._text(SHORT_NAME) or self._text(_SHOWN_NAME)
        embedded = self.embedded()
        if embedded is not None:
            part: Message = MIMEMessage(embedded.message())
        else:
            kind, _, subkind = self._text(_TYPE).partition("/")
            known = kind.isalnum() and subkind and kind.lower() not in ("multipart", "message")
            part = MIMEBase(*((kind, subkind) if known else ("application", "octet-stream")))
            part.set_payload(self.value(DATA, BYTES) or b"")
            encode_base64(part)
        shown = ("utf-8", "", _encodable(name))
        part.add_header(
            "Content-Disposition", "attachment", **({"filename": shown} if name else {})
        )
        return part

    def _html(self) -> str:
        data = self.value(HTML, BYTES)
        return (
            decode_stated(data, self._encoding(_HTML_CODE_PAGE), "") if data else self._text(HTML)
        )

    def _rtf(self) -> bytes:
        packed = self.value(RTF, BYTES)
        if not packed:
            return b""
        rtf = rtf_body.unpacked(packed)
        self._budget.take(len(rtf))
        return rtf

    def _sender(self) -> str:
        name = self._text(_SENDER)
        address = self._text(_SENDER_SMTP) or self._text(_SENDER_ADDRESS)
        return _person(name, address)

    def _people(self, identity: int) -> str:
        names = self._text(identity).split(";")
        return ", ".join(_person(name, "") for name in names if name.strip())

    def _sent(self) -> str:
        ticks = self._number(SENT, TIME) or self._number(_DELIVERED, TIME)
        try:
            return format_datetime(_EPOCH + timedelta(microseconds=ticks // 10)) if ticks else ""
        except OverflowError:
            return ""

    def _number(self, identity: int, kind: int = INTEGER) -> int:
        form, size = ("<Q", 8) if kind == TIME else ("<I", 4)
        value = (self.value(identity, kind) or b"").ljust(size, b"\0")
        return int(struct.unpack_from(form, value)[0])

    def _encoding(self, identity: int) -> str | None:
        page = self._number(identity)
        return _ENCODINGS.get(page, f"cp{page}") if page else None

    def _text(self, identity: int) -> str:
        data = self.value(identity, UNICODE)
        if data is not None:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self.value(identity, TEXT)
        return decode_stated(data, self._encoding(_CODE_PAGE), "").rstrip("\0") if data else ""


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
