"""From a file to a message of Python's email package."""

from __future__ import annotations

import struct
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.parser import BytesParser
from email.policy import Compat32
from pathlib import Path
from typing import Final

from assistant.codes import Fault
from ingest import ole
from ingest.errors import UnreadableFileError
from ingest.readers.mail.mail_parts import MESSAGES, TWICE, is_body, is_packed, parts_of, payload
from ingest.readers.mail.outlook import outlook_message
from ingest.readers.mail.outlook_item import Budget
from ingest.readers.mail.tnef import TnefItem
from ingest.readers.source import Limits


class _AsWritten(Compat32):
    """Gives headers as they are written; Python would replace letters outside ASCII."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_WRITTEN: Final = _AsWritten()


def open_mail(path: Path, limits: Limits) -> Message:
    """The message in an EML or MSG file.

    Raises:
        UnreadableFileError: It is damaged, or beyond a limit.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(ole.START)) == ole.START:
                return outlook_message(path, limits)
            file.seek(0)
            message = BytesParser(policy=_AS_WRITTEN).parse(file)
            _unpack(message, Budget(path.name, limits.unpacked_bytes))
            return message
    except (UnreadableFileError, MemoryError, FileNotFoundError, PermissionError):
        raise
    # The parser promises to take anything and does not hold it.
    except Exception as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is damaged: {type(error).__name__}: {error}.",
            "Save it again with the program it comes from.",
        ) from error


def _unpack(part: Message, budget: Budget) -> None:
    """Put what Outlook packed in its place: its body beside the text that went with it, and its
    attachments. What cannot be unpacked stays an unknown file."""
    if part.get_content_type() in MESSAGES:
        return  # a document of its own
    if is_packed(part):
        found = _packed(part, budget)
        if found is not None:
            del part["Content-Transfer-Encoding"]
            part.set_type("multipart/mixed")
            part.set_payload([found.body(), *found.attachments()])
        return
    parts: list[Message] = []
    for inner in parts_of(part):
        found = _packed(inner, budget) if is_packed(inner) else None
        if found is None:
            _unpack(inner, budget)
            parts.append(inner)
            continue
        texts = [one for one in parts if is_body(one) or one.get_content_maintype() == "multipart"]
        files = [one for one in parts if one not in texts]
        body = found.body()
        if texts and parts_of(body):
            together = MIMEMultipart("mixed", _subparts=texts)
            texts = [MIMEMultipart(TWICE.partition("/")[2], _subparts=[together, body])]
        parts = [*(texts or [body]), *files, *found.attachments()]
    if parts:
        part.set_payload([*parts])


def _packed(part: Message, budget: Budget) -> TnefItem | None:
    try:
        return TnefItem(payload(part), "packed", budget)
    except (ValueError, struct.error):
        return None
