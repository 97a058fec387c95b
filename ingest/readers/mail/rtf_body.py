"""Bodies that Outlook keeps as RTF: unpacked ([MS-OXRTFCP]), and what RTF was made of HTML or of
plain text as that again ([MS-OXRTFEX])."""

from __future__ import annotations

import html
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import regex

#: What the window of the compression holds before the first byte.
_WINDOW: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW_SIZE: Final = 4096
_TOKEN: Final = regex.compile(
    rb"\\(?<word>[a-zA-Z]{1,32})(?<number>-?[0-9]{1,10})?[ ]?|\\'(?<byte>[0-9a-fA-F]{2})"
    rb"|\\(?<sign>[^a-zA-Z])|(?<brace>[{}])|[\r\n\0]+|(?<text>[^\\{}\r\n\0]+)|\\",
    regex.DOTALL,
)
#: Where the word stands that says what the RTF was made of: among its first tokens.
_HEAD: Final = 400
#: Code pages by a font's character set.
_CHARACTER_SETS: Final = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk",
    136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256",
    186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_WORDS: Final = {
    "par": "\r\n", "line": "\r\n", "tab": "\t", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
}  # fmt: skip
_SIGNS: Final = {"~": "\u00a0", "_": "\u2011", "-": "\u00ad", "\r": "\r\n", "\n": "\r\n"}
#: Groups that hold no text of the body, beside those that begin with a star.
_ASIDE: Final = frozenset(
    ("colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "xmlnstbl", "pntext")
)


def unpacked(data: bytes) -> bytes:
    """The RTF in the property PidTagRtfCompressed.

    Raises:
        ValueError: It is neither compressed in the known way nor stored as it is.
    """
    if len(data) < 16:
        raise ValueError("its body is shorter than what it begins with")
    size, kind = struct.unpack_from("<I4s", data, 4)
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise ValueError("its body is compressed in an unknown way")
    out = bytearray(_WINDOW)
    at = 16
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            reference = int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big")
            at += 2
            back = (len(out) - (reference >> 4)) % _WINDOW_SIZE
            if back == 0 or at > len(data):  # a reference to its own place is the end
                return bytes(out[len(_WINDOW) :])
            start = len(out) - back
            for place in range(start, start + (reference & 0xF) + 2):
                # What was never written is a space.
                out.append(out[place] if place >= 0 else 0x20)
    return bytes(out[len(_WINDOW) :])


def content(rtf: bytes) -> tuple[str, str] | None:
    """What an RTF was made of: (``html`` or ``plain``, the text); None for one that is itself."""
    reader = _Reader()
    text = "".join(reader.pieces(rtf))
    return (reader.kind, text) if reader.kind else None


@dataclass(frozen=True)
class _Group:
    """What holds in a group of RTF.

    Attributes:
        skips: Its text is not the body's.
        is_markup: Its text is a piece of HTML as it was.
        is_double: Its text says for readers of RTF what a piece of HTML says.
        unicode: Characters that stand after a code point for those who cannot show it.
        encoding: That of its bytes.
    """

    skips: bool = False
    is_markup: bool = False
    is_double: bool = False
    unicode: int = 1
    encoding: str = "cp1252"


class _Reader:
    """Takes an RTF apart. ``kind`` says afterwards what it was made of."""

    def __init__(self) -> None:
        self.kind = ""
        self._group = _Group()
        self._outer: list[_Group] = []
        self._fonts: dict[int, str] = {}
        self._listed: int | None = None  # the font of the table that is being read
        self._in_fonts = 0  # how deep its table is
        self._page = "cp1252"
        self._pending = bytearray()
        self._replaced = 0  # characters to come that stand for a code point
        self._half = 0  # the first half of a pair of surrogates

    def pieces(self, rtf: bytes) -> Iterator[str]:
        """The text in its pieces; none where the RTF was made of nothing else."""
        at, number = 0, 0
        while match := _TOKEN.match(rtf, at):
            at, number = match.end(), number + 1
            if number > _HEAD and not self.kind:
                return
            if match["byte"]:
                self._bytes(bytes.fromhex(match["byte"].decode()))
            elif match["text"]:
                self._bytes(match["text"])
            else:
                yield self._flushed()
                if match["word"]:
                    value = int(match["number"]) if match["number"] else None
                    word = match["word"].decode()
                    if word == "bin":
                        at += max(value or 0, 0)
                    yield self._said(self._word(word, value))
                elif match["sign"]:
                    yield self._said(self._sign(match["sign"].decode("latin-1")))
                elif match["brace"]:
                    self._brace(match["brace"])
        yield self._flushed()

    def _bytes(self, data: bytes) -> None:
        skipped = min(self._replaced, len(data))
        self._replaced -= skipped
        self._pending += data[skipped:]

    def _flushed(self) -> str:
        """The bytes since the last word, decoded: a character may be several of them."""
        if not self._pending:
            return ""
        data, self._pending = bytes(self._pending), bytearray()
        encoding = self._page if self._group.is_markup else self._group.encoding
        try:
            text = data.decode(encoding, "replace")
        except LookupError:
            text = data.decode("cp1252", "replace")
        return self._said(text)

    def _said(self, text: str) -> str:
        group = self._group
        if not text or not self.kind or group.skips or group.is_double:
            return ""
        is_text = self.kind == "html" and not group.is_markup
        return html.escape(text, quote=False) if is_text else text

    def _brace(self, brace: bytes) -> None:
        self._replaced = 0
        if brace == b"{":
            self._outer.append(self._group)
        elif self._outer:
            self._group = self._outer.pop()
            if len(self._outer) < self._in_fonts:
                self._in_fonts = 0
                self._group = replace(self._group, encoding=self._encoding_of(0))

    def _sign(self, sign: str) -> str:
        if sign == "*":
            self._group = replace(self._group, skips=True)
            return ""
        if self._replaced and sign in "\\{}":
            self._replaced -= 1
            return ""
        return _SIGNS.get(sign, sign if sign in "\\{}" else "")

    def _word(self, word: str, value: int | None) -> str:
        match word:
            case "fromhtml":
                self.kind = "html"
            case "fromtext":
                self.kind = "plain"
            case "htmltag":
                self._group = replace(self._group, skips=False, is_markup=True)
            case "htmlrtf":
                self._group = replace(self._group, is_double=value != 0)
            case "ansicpg" if value:
                self._page = "utf-8" if value == 65001 else f"cp{value}"
                self._group = replace(self._group, encoding=self._page)
            case "uc" if value is not None:
                self._group = replace(self._group, unicode=value)
            case "u" if value is not None:
                return self._code_point(value % 0x10000)
            case "fonttbl":
                self._in_fonts = len(self._outer)
                self._group = replace(self._group, skips=True)
            case "f" if value is not None and self._in_fonts:
                self._listed = value
            case "f" if value is not None:
                self._group = replace(self._group, encoding=self._encoding_of(value))
            case "fcharset" if self._in_fonts and self._listed is not None and value:
                self._fonts[self._listed] = _CHARACTER_SETS.get(value, self._page)
            case "plain":
                self._group = replace(self._group, encoding=self._encoding_of(0))
            case _ if word in _ASIDE:
                self._group = replace(self._group, skips=True)
        return _WORDS.get(word, "")

    def _encoding_of(self, font: int) -> str:
        return self._fonts.get(font, self._page)

    def _code_point(self, unit: int) -> str:
        self._replaced = self._group.unicode
        half, self._half = self._half, 0
        if 0xD800 <= unit < 0xDC00:
            self._half = unit
            return ""
        if 0xDC00 <= unit < 0xE000:
            return chr(0x10000 + ((half - 0xD800) << 10) + unit - 0xDC00) if half else "\ufffd"
        return chr(unit)
