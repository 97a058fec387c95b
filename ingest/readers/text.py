"""Markdown and plain text, in the encodings that Korean and Arabic files come in."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import regex
from charset_normalizer import from_bytes

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers.boilerplate import main_text
from ingest.readers.cleaning import clean
from ingest.readers.plain_tables import with_rows, without_contents
from ingest.readers.source import Limits, Markup, Remark, SourceText, lines_without
from ingest.readers.strikes import without_struck

_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
          (b"\xfe\xff", "utf-16"))  # fmt: skip
#: How a Korean text of seven bits begins (RFC 1557); it would pass for ASCII.
_ISO_2022_KR = b"\x1b$)C"
_ENCODINGS = ["cp949", "cp1256", "iso8859_6", "cp1252"]
#: Browsers read these names as larger encodings (Encoding Standard, section 4.2).
_LARGER = {
    "euc_kr": "cp949", "johab": "johab", "iso8859-1": "cp1252", "ascii": "cp1252",
    "iso8859-9": "cp1254",
}  # fmt: skip
_HANGUL = regex.compile(r"[\uac00-\ud7a3]")
_ARABIC = regex.compile(r"[\u0621-\u064A]")


def read_markdown(path: Path, limits: Limits) -> SourceText:
    """A Markdown file.

    Raises:
        UnreadableFileError: The encoding cannot be told.
    """
    text = decode(path)
    kept, struck = without_struck(text)
    remarks = [Remark(RemarkKind.HIDDEN, f"struck-out passages: {len(struck)}")] if struck else []
    return replace(_source(kept, "markdown", remarks), left_out=struck)


def read_text(path: Path, limits: Limits) -> SourceText:
    """A plain text, without what a web page puts around its article.

    Raises:
        UnreadableFileError: The encoding cannot be told.
    """
    whole = clean(decode(path))
    text, count = main_text(whole)
    left_out = lines_without(whole, text) if count else []
    remarks = []
    if count:
        remarks.append(Remark(RemarkKind.LEFT_OUT, f"{count} lines that are no part of the text"))
    text, listed = without_contents(text)
    if listed:
        detail = f"{len(listed)} lines of a table of contents"
        remarks.append(Remark(RemarkKind.LEFT_OUT, detail))
    source = _source(with_rows(text), "plain", remarks)
    return replace(source, left_out=(*left_out, *listed))


def _source(text: str, markup: Markup, remarks: Sequence[Remark] = ()) -> SourceText:
    lost = text.count("\ufffd")
    if lost:
        detail = f"{lost} characters were lost before the file was saved (U+FFFD)"
        remarks = [*remarks, Remark(RemarkKind.MANGLED, detail)]
    return SourceText(clean(text), markup, remarks=tuple(remarks))


def decode(path: Path) -> str:
    """A text file's text: by its byte order mark, else UTF-8, else what fits best.

    Raises:
        UnreadableFileError: No encoding fits.
    """
    return decode_bytes(path.read_bytes(), path.name)


def decode_bytes(data: bytes, name: str) -> str:
    """As `decode`, for bytes."""
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return data.decode(encoding)
        if data.startswith(_ISO_2022_KR):
            return data.decode("iso2022_kr")
        if (encoding_16 := _utf16_without_mark(data)) is not None:
            return data.decode(encoding_16)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    # charset-normalizer guesses from statistics, which short or mixed files do not have: a text
    # that decodes whole as Korean and is full of Hangul is Korean.
    for encoding, letters in (("cp949", _HANGUL), ("cp1256", _ARABIC)):
        text = _decoded(data, encoding)
        if text is not None and _is_mostly(text, letters):
            return text
    best = from_bytes(data, cp_isolation=_ENCODINGS).best()
    if best is None:
        raise UnreadableFileError(
            Fault.ENCODING, f"{name} is in no known text encoding.", "Save it as UTF-8."
        )
    return str(best)


def encoding_named(label: str) -> str | None:
    """Python's encoding of the name that a page or a mail states, or None for an unknown one."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return _LARGER.get(name, name)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 that Windows saved without a mark: every other byte of its spaces is zero."""
    if len(data) % 2 or b"\0" not in data:
        return None
    for encoding, blank in (("utf-16-le", b" \0"), ("utf-16-be", b"\0 ")):
        text = _decoded(data, encoding)
        if text and blank in data and all(unicodedata.category(c) != "Cn" for c in text[:4000]):
            letters = sum(c.isalpha() for c in text[:4000])
            if letters > len(text[:4000]) / 3 and "\0" not in text:
                return encoding
    return None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_mostly(text: str, letters: regex.Pattern[str]) -> bool:
    """Whether most of a text's letters outside ASCII are these."""
    sample = text[:20_000]
    foreign = sum(1 for c in sample if ord(c) > 127 and c.isalpha())
    return foreign > 3 and len(letters.findall(sample)) > 0.9 * foreign
