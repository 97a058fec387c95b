"""What a message consists of: texts of its body, and attachments."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

import regex

from ingest.readers.mail.mail_letters import decode_header

#: Endings of attachments without a usable name.
_SUFFIXES: Final = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "application/x-hwp": ".hwp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "message/rfc822": ".eml",
    "text/html": ".html",
    "text/plain": ".txt",
}
#: Whole messages in a message.
MESSAGES: Final = ("message/rfc822", "message/global")
#: A body as it was sent and as Outlook packed it, which are the same text or are not.
TWICE: Final = "multipart/parallel"
#: What makes a message unreadable without a key.
_SEALED: Final = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
#: What only says where a file or the rest of a message is.
_ELSEWHERE: Final = ("message/external-body", "message/partial")
_BODY: Final = ("text/plain", "text/html")
#: Bodies that only LibreOffice reads.
RTF: Final = ("text/rtf", "application/rtf", "application/x-rtf")
#: What Outlook packs a message into, and what gateways call it that do not know it.
_PACKED: Final = ("application/ms-tnef", "application/vnd.ms-tnef")
_PACKED_NAME: Final = "winmail.dat"
#: Other kinds of text that a program may write into a body.
_ALSO_BODY: Final = (
    *("text/markdown", "text/x-markdown", "text/enriched", "text/richtext", "text/csv"),
    *("text/tab-separated-values", "text/x-log", "text/x-diff", "text/x-patch"),
)
_LONGEST_NAME: Final = 200
_FORBIDDEN: Final = regex.compile(r"[\p{C}<>:\"|?*!]")


@dataclass(frozen=True)
class Attachment:
    """A file in a message.

    Attributes:
        name: Its file name, without folders, unlike those of the other attachments.
        part: Where it is.
    """

    name: str
    part: Message

    def content(self) -> bytes:
        """The file."""
        if self.part.get_content_type() in MESSAGES:
            return b"".join(inner.as_bytes() for inner in parts_of(self.part))
        return payload(self.part)


def parts_of(part: Message) -> list[Message]:
    """The parts that a part consists of, none for one that is no multipart."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def payload(part: Message) -> bytes:
    """The bytes of a part that has no others."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def is_body(part: Message) -> bool:
    """Whether a part is a text of the body, not a file."""
    is_file = part.get_content_disposition() == "attachment" or _stated_name(part)
    return part.get_content_type() in (*_BODY, *_ALSO_BODY, *RTF) and not is_file


def is_packed(part: Message) -> bool:
    """Whether a part is a message that Outlook packed into one file."""
    return not part.is_multipart() and (
        part.get_content_type() in _PACKED or _stated_name(part).lower() == _PACKED_NAME
    )


def unread_kinds(message: Message) -> list[str]:
    """The kinds of parts that are neither read nor files, such as invitations and what stands
    elsewhere."""
    return [
        part.get_content_type()
        for part in message.walk()
        if part.get_content_type() in _ELSEWHERE
        or (
            part.get_content_maintype() == "text"
            and not is_body(part)
            and not _stated_name(part)
            and part.get_content_disposition() != "attachment"
        )
    ]


def is_sealed(message: Message) -> bool:
    """Whether a message is encrypted, or packed together with its signature."""
    return any(part.get_content_type() in _SEALED for part in message.walk())


def attachments(message: Message) -> Iterator[Attachment]:
    """The attached files in order; pictures are a part of how a message looks, and signatures of
    how it is sent."""
    taken: dict[str, int] = {}
    for number, part in enumerate(_files(message), 1):
        yield Attachment(_unlike(taken, _name(part, number)), part)


def _files(part: Message) -> Iterator[Message]:
    kind = part.get_content_type()
    if kind in MESSAGES and parts_of(part):
        yield part
    elif part.get_content_maintype() == "multipart":
        for inner in parts_of(part):
            yield from _files(inner)
    elif not (
        is_body(part)
        or part.get_content_maintype() in ("image", "message")
        or kind.endswith("-signature")
        or (kind.startswith("text/") and not _stated_name(part))
    ):
        yield part


def _stated_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError, UnicodeError):  # a parameter that is none
        return ""
    return decode_header(name or "")


def _name(part: Message, number: int) -> str:
    """The name of a file: what it is called, without folders and signs that no file name has."""
    stated = unicodedata.normalize("NFC", _stated_name(part))
    name = _FORBIDDEN.sub("", regex.split(r"[\\/]", stated)[-1]).strip(" .")
    if not name and part.get_content_type() in MESSAGES:
        subject = next((str(inner.get("subject", "")) for inner in parts_of(part)), "")
        name = _FORBIDDEN.sub("", regex.sub(r"[\\/]", " ", decode_header(subject))).strip(" .")
    stem, dot, ending = (name or f"attachment-{number}").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    suffix = f".{ending}" if ending else _SUFFIXES.get(part.get_content_type(), "")
    if part.get_content_type() in MESSAGES and suffix.lower() != ".eml":
        # A message of Outlook's within another is written as a mail.
        stem, suffix = (stem if suffix.lower() == ".msg" else name or stem), ".eml"
    return f"{stem[:_LONGEST_NAME]}{suffix[:_LONGEST_NAME]}"


def _unlike(taken: dict[str, int], name: str) -> str:
    """A name that is not taken: of two files of one name the second is ``name (2)``. ``taken``
    says of each name how many have had it, whatever the case of its letters."""
    stem, dot, ending = name.rpartition(".")
    free, number = name, taken.get(name.casefold(), 0) + 1
    while number > 1 or free.casefold() in taken:
        free = f"{stem} ({number}){dot}{ending}" if dot else f"{name} ({number})"
        if free.casefold() not in taken:
            break
        number += 1
    taken[name.casefold()] = number
    taken.setdefault(free.casefold(), 1)
    return free
