"""Mails: the texts of the body, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from ingest.readers.mail.mail_file import open_mail
from ingest.readers.mail.mail_letters import decode_stated
from ingest.readers.source import Limits
from ingest.visible.web import told_by_tags


def body(path: Path, limits: Limits) -> Iterator[str]:
    """The text of each part of a mail that is neither a file nor another version of one."""
    yield from _texts(open_mail(path, limits), path.name)


def _texts(part: Message, name: str) -> list[str]:
    kind = part.get_content_type()
    inner = part.get_payload()
    if isinstance(inner, list) and kind.startswith("multipart/"):
        texts = [_texts(one, name) for one in inner if isinstance(one, Message)]
        is_choice = kind == "multipart/alternative"
        return _richest(texts) if is_choice else [text for one in texts for text in one]
    if kind not in ("text/plain", "text/html") or part.get_filename() or part.is_multipart():
        return []
    if part.get_content_disposition() == "attachment":
        return []
    data = part.get_payload(decode=True)
    text = decode_stated(data if isinstance(data, bytes) else b"", part.get_content_charset(), name)
    return [told_by_tags(text) if kind == "text/html" else text]


def _richest(versions: list[list[str]]) -> list[str]:
    """The last of several versions (RFC 2046: they get better), unless it is half of another."""
    sizes = [sum(map(len, version)) for version in versions]
    full = [v for v, size in zip(versions, sizes, strict=True) if size > max(sizes) / 2]
    return full[-1] if full else []
