"""A mail as a document: its subject, who wrote it to whom and when, and its body."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Final

import regex

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.formats import ARCHIVE_SUFFIXES, BY_SUFFIX, Format
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.conversion import modern
from ingest.readers.html import html_fragment
from ingest.readers.mail.mail_file import open_mail
from ingest.readers.mail.mail_letters import decode_header, decode_stated
from ingest.readers.mail.mail_parts import (
    RTF,
    TWICE,
    attachments,
    is_body,
    is_sealed,
    parts_of,
    payload,
    unread_kinds,
)
from ingest.readers.source import Limits, Remark, SourceText
from ingest.readers.word import read_docx

_FIELDS: Final = ("From", "To", "Cc")
#: People that a field names: of a list of hundreds the first tell enough.
_PEOPLE: Final = 10
#: Share of the words of a text that another one must have to say the same.
_SAME: Final = 0.98
_WORD: Final = regex.compile(r"[\p{L}\p{N}]+")
_ADDRESS: Final = regex.compile(r"https?://\S+|mailto:\S+")
_ENRICHED: Final = regex.compile(r"<param>[^<]*</param>|</?[a-zA-Z-]{1,30}>")
_TABLE_ROW: Final = regex.compile(r"^\|---", regex.M)


def read_mail(path: Path, limits: Limits) -> SourceText:
    """A mail without its attachments, which are documents of their own.

    Raises:
        UnreadableFileError: It is damaged or encrypted, or has no text.
    """
    message = open_mail(path, limits)
    said = _said(message, path.name, limits)
    if not any(one.text for one in said):
        if is_sealed(message):
            raise UnreadableFileError(
                Fault.PROTECTED,
                f"{path.name} is encrypted, or packed together with its signature.",
                "Save it decrypted, without the signature.",
            )
        raise UnreadableFileError(Fault.NO_TEXT, f"{path.name} has no text of its own.")
    source = _joined([SourceText("\n".join(_head(message)), "plain"), *said])
    subject = decode_header(str(message.get("subject", "")))
    return replace(
        source, title=subject or None, remarks=(*source.remarks, *_on_attachments(message))
    )


def _head(message: Message) -> Iterator[str]:
    """Who wrote to whom, and when. Of people with a name the name: addresses would make short
    mails look English."""
    for field in _FIELDS:
        values = [str(value) for value in message.get_all(field, [])]
        people = [
            decode_header(name) or decode_header(address) for name, address in getaddresses(values)
        ]
        named = [person for person in people if person]
        if named:
            yield f"{field}: {', '.join(named[:_PEOPLE])}{' …' if len(named) > _PEOPLE else ''}"
    if sent := message.get("date"):
        yield f"Date: {_day(str(sent))}"


def _day(stated: str) -> str:
    try:
        return f"{parsedate_to_datetime(stated):%Y-%m-%d %H:%M}"
    except (ValueError, TypeError, IndexError, OverflowError):
        return decode_header(stated)


def _said(part: Message, name: str, limits: Limits) -> list[SourceText]:
    """The texts of a body, in order; of several versions of one text the one that says most."""
    if is_body(part):
        return [_text(part, name, limits)]
    if part.get_content_maintype() != "multipart":
        return []
    is_choice = part.get_content_type() == "multipart/alternative"
    inner = parts_of(part)
    others = [one for one in inner if one.get_content_type() not in RTF]
    # RTF takes seconds, and is sent beside a version that says the same.
    inner = (is_choice and others) or inner
    versions = [said for one in inner if (said := _said(one, name, limits))]
    if is_choice and versions:
        return _fullest(versions)
    if part.get_content_type() == TWICE and versions:
        return _without_repeats(versions)
    return [one for said in versions for one in said]


def _text(part: Message, name: str, limits: Limits) -> SourceText:
    if part.get_content_type() in RTF:
        return _of_rtf(payload(part), name, limits)
    text = decode_stated(payload(part), part.get_content_charset(), name)
    if part.get_content_type() == "text/html":
        return html_fragment(text)
    if part.get_content_type() in ("text/enriched", "text/richtext"):
        text = _ENRICHED.sub("", text)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unfolded(text, str(part.get_param("delsp", "")).lower() == "yes")
    return SourceText(clean(text).strip("\n"), "plain")


def _of_rtf(data: bytes, name: str, limits: Limits) -> SourceText:
    """A body that is there as RTF only, through LibreOffice."""
    with tempfile.TemporaryDirectory(prefix="trilogue-mail-") as folder:
        path = Path(folder, name)  # what is said of it names the mail
        path.write_bytes(data)
        with modern(Format.RTF, path, limits) as (_, file):
            return read_docx(file, limits)


def _unfolded(text: str, without_space: bool) -> str:
    """Paragraphs of a text whose lines are broken for sending (RFC 3676)."""
    lines = [""]
    for line in text.replace("\r\n", "\n").split("\n"):
        flows = lines[-1].endswith(" ") and lines[-1] != "-- "
        if flows and not line.startswith(">"):
            lines[-1] = (lines[-1][:-1] if without_space else lines[-1]) + line
        else:
            lines.append(line)
    return "\n".join(lines[1:])


def _fullest(versions: Sequence[list[SourceText]]) -> list[SourceText]:
    """Plain text if it says what the HTML says; but for tables, which are lines of cells in it,
    and for what is struck out, which stands in it. Where each says something else, the HTML,
    unless it is far shorter."""
    plain = next((v for v in versions if all(one.markup == "plain" for one in v)), None)
    rich = next((v for v in reversed(versions) if any(one.markup != "plain" for one in v)), None)
    if plain is None or rich is None:
        return rich or plain or []
    has_more = any(_TABLE_ROW.search(one.text) or one.left_out for one in rich)
    if has_more and _holds(rich, plain):
        return rich
    if _holds(plain, rich):
        return plain
    return plain if _words(plain).total() > 2 * _words(rich).total() else rich


def _without_repeats(versions: Sequence[list[SourceText]]) -> list[SourceText]:
    """The fullest of some texts, and those that say something else."""
    fullest = _fullest(versions)
    kept: list[SourceText] = []
    for version in versions:
        if version is not fullest and _holds(fullest, version):
            kept += [SourceText("", "plain", left_out=[one.text]) for one in version]
        else:
            kept += version
    return kept


def _holds(one: Sequence[SourceText], other: Sequence[SourceText]) -> bool:
    """Whether one text has nearly all words of another, or leaves them out for a reason."""
    wanted = _words(other)
    lacking = wanted - _words(one)
    for text in one:
        lacking -= _counted(text.left_out)
    return lacking.total() <= (1 - _SAME) * wanted.total()


def _words(texts: Sequence[SourceText]) -> Counter[str]:
    return _counted(one.text for one in texts)


def _counted(texts: Iterable[str]) -> Counter[str]:
    return Counter(
        word for text in texts for word in _WORD.findall(_ADDRESS.sub("", text).casefold())
    )


def _joined(texts: Sequence[SourceText]) -> SourceText:
    """Several texts as one: plain if all are, else Markdown."""
    shown = [one for one in texts if one.text.strip()]
    is_plain = all(one.markup == "plain" for one in shown)
    parts = [one.text if is_plain else _as_markdown(one) for one in shown]
    return SourceText(
        "\n\n".join(parts),
        "plain" if is_plain else "markdown",
        remarks=[remark for one in texts for remark in one.remarks],
        left_out=[text for one in texts for text in one.left_out],
    )


def _as_markdown(source: SourceText) -> str:
    if source.markup == "markdown":
        return source.text
    lines = (" ".join(line.split()) for line in source.text.split("\n"))
    return "\n\n".join(markup.escaped(line) for line in lines if line)


def _on_attachments(message: Message) -> Iterator[Remark]:
    known = (*BY_SUFFIX, *ARCHIVE_SUFFIXES)
    unknown = [
        attached.name
        for attached in attachments(message)
        if not attached.name.lower().endswith(known)
    ]
    if unknown:
        detail = f"attachments of kinds that cannot be read: {', '.join(unknown)}"
        yield Remark(RemarkKind.LEFT_OUT, detail)
    if kinds := unread_kinds(message):
        detail = f"parts of kinds that are not read: {', '.join(dict.fromkeys(kinds))}"
        yield Remark(RemarkKind.LEFT_OUT, detail)
