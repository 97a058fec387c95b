"""Letters of mails: bodies in the encodings that they state or ought to state, and headers."""

from __future__ import annotations

import base64
import binascii
import quopri
from typing import Final

import regex

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers.cleaning import clean
from ingest.readers.text import decode_bytes, encoding_named

#: What programs state by default, whatever they send. Every text can be decoded as it.
_DEFAULT: Final = "cp1252"
_HANGUL: Final = regex.compile(r"[\uac00-\ud7a3]")
_ARABIC_WORDS: Final = regex.compile(r"(?<![\p{L}])[\u0621-\u0652]{2,}(?![\p{L}])")
_FOREIGN: Final = regex.compile(r"[^\x00-\x7f]")
#: An encoded word (RFC 2047, with the language of RFC 2231).
_ENCODED_WORD: Final = regex.compile(r"=\?([\w.:-]+)(?:\*[\w-]*)?\?([bBqQ])\?([^?\r\n]*)\?=")


def decode_stated(data: bytes, stated: str | None, name: str) -> str:
    """A text in the encoding that is stated for it, if it can be; else in the one that fits best.

    Raises:
        UnreadableFileError: No encoding fits.
    """
    encoding = encoding_named(stated) if stated else None
    if encoding is None:
        return decode_bytes(data, name)
    text = _decoded(data, encoding)
    if encoding == _DEFAULT and not data.isascii():
        return _meant(data) or text or decode_bytes(data, name)
    return text if text is not None else decode_bytes(data, name)


def _meant(data: bytes) -> str | None:
    """A Unicode, Korean or Arabic text that is stated to be a Western European one."""
    if (text := _decoded(data, "utf-8")) is not None:
        return text
    # The narrow encoding: its pairs are outside ASCII, as those of accented letters seldom are.
    if (text := _decoded(data, "euc_kr")) is not None and _HANGUL.search(text):
        return text
    text = _decoded(data, "cp1256")
    if text is not None:
        arabic = sum(map(len, _ARABIC_WORDS.findall(text)))
        if arabic > 3 and arabic > 0.7 * len(_FOREIGN.findall(text)):
            return text
    return None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):  # LookupError: base64 is a codec and no encoding
        return None


def decode_header(raw: str) -> str:
    """A header field, or a parameter of one, as people read it, on one line."""
    parts: list[str] = []
    pending, label = b"", ""
    end = 0
    for word in _ENCODED_WORD.finditer(raw):
        between = raw[end : word.start()]
        end = word.end()
        data = _unpacked(word[2], word[3])
        # Words of one encoding that follow one another may share a character.
        if pending and (between.strip() or word[1].lower() != label):
            parts.append(_best(pending, label))
            pending = b""
        if between.strip() or not (parts or pending):
            parts.append(_plain(between))
        pending, label = pending + data, word[1].lower()
    if pending:
        parts.append(_best(pending, label))
    parts.append(_plain(raw[end:]))
    return " ".join(clean("".join(parts)).split())


def _unpacked(kind: str, text: str) -> bytes:
    data = text.encode("ascii", "replace")
    if kind in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
    except binascii.Error:
        return data


def _plain(text: str) -> str:
    """What is not encoded; bytes outside ASCII stand in it as lone surrogates."""
    if text.isascii():
        return text
    try:
        return _best(text.encode("utf-8", "surrogateescape"), None)
    except UnicodeEncodeError:  # other surrogates
        return text.encode("utf-8", "replace").decode("utf-8")


def _best(data: bytes, label: str | None) -> str:
    try:
        return decode_stated(data, label, "")
    except UnreadableFileError as error:
        if error.fault != Fault.ENCODING:
            raise
        return data.decode("utf-8", "replace")
