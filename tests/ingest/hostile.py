"""Files that are broken, or made to break what reads them, with what has to be said of each."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from mail_files import msg, ole_file
from pdf_files import make_pdf

from assistant.codes import Fault

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = Path(__file__).parent / "files"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rezipped(source: Path, **changed: bytes | str) -> bytes:
    """An archive with parts changed; a dot in a part's name is written as ``__``."""
    replaced = {name.replace("__", "."): body for name, body in changed.items()}
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts |= {n: b for n in parts for k, b in replaced.items() if n.endswith(k)}  # type: ignore[misc]
    return zipped(parts)


def bomb(entities: int = 12) -> str:
    """A billion laughs."""
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, entities)]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>'


def word(body: str, prolog: str = '<?xml version="1.0"?>') -> bytes:
    xml = f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>"
    return rezipped(SAMPLES / "complaints-and-appeals.en.docx", document__xml=xml)


def member(name: str, content: bytes = b"A rule.", attributes: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = attributes << 16
    return info


def archive_with(name: str, attributes: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member(name, attributes=attributes), b"A secret rule.")
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    """An archive whose members say that they are encrypted."""
    data = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def lying(size: int) -> bytes:
    """An archive whose member unpacks to much more than its directory says."""
    data = bytearray(zipped({"big.md": b"x" * size}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.find(mark)
        data[start + at : start + at + 4] = struct.pack("<I", 10)
    return bytes(data)


def truncated(path: Path, share: float) -> bytes:
    content = path.read_bytes()
    return content[: int(len(content) * share)]


def flipped(path: Path) -> bytes:
    """A file with every 97th byte turned."""
    data = bytearray(path.read_bytes())
    for i in range(200, len(data), 97):
        data[i] ^= 0xFF
    return bytes(data)


def locked(content: bytes) -> bytes:
    """A new Office file with a password."""
    return ole_file({"EncryptionInfo": content, "EncryptedPackage": b"x" * 600})


def mail_with(files: int) -> bytes:
    """A mail with many attachments."""
    part = b"--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nA rule.\r\n"
    head = b"Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + part * files + b"--b--\r\n"


def png_named(name: str) -> bytes:
    return PNG + name.encode()


DOCX = SAMPLES / "complaints-and-appeals.en.docx"
PDF = SAMPLES / "research-data-handling.en.pdf"
HWP = FILES / "exchange.hwp"
HWPX = FILES / "exchange.hwpx"

#: Name of the file: what is in it, and a pattern of what is said of it.
HOSTILE: Mapping[str, tuple[bytes | Callable[[], bytes], str]] = {
    # Nothing, or only a part
    "zero.md": (b"", "is empty"),
    "zero.pdf": (b"", "is empty"),
    "zero.docx": (b"", "is empty"),
    "zero.hwp": (b"", "is empty"),
    "zero.xlsx": (b"", "is empty"),
    "zero.zip": (b"", "damaged"),
    "zero.eml": (b"", "is empty"),
    "head.eml": (b"Subject: nothing\r\n\r\n", "no text"),
    "half.doc": (lambda: ole_file({"WordDocument": b"x" * 9000})[:3000], "damaged"),
    "half.msg": (lambda: ole_file(msg("s", "A rule." * 900))[:9000], "damaged"),
    "blank.txt": (b" \n\t \n", "is empty"),
    "comment.md": (b"<!-- nothing to read -->", "no text"),
    "half.pdf": (lambda: truncated(PDF, 0.01), "damaged"),
    "half.docx": (lambda: truncated(DOCX, 0.5), "damaged"),
    "half.hwp": (lambda: truncated(HWP, 0.3), "damaged|fail|crash"),
    "half.hwpx": (lambda: truncated(HWPX, 0.5), "damaged"),
    "half.zip": (lambda: zipped({"a.md": b"rule " * 999})[:60], "damaged"),
    # Something else than the name says
    "picture.pdf": (lambda: png_named("pdf"), "PNG picture"),
    "picture.md": (lambda: png_named("md"), "PNG picture"),
    "picture.docx": (lambda: png_named("docx"), "PNG picture"),
    "picture.hwp": (lambda: png_named("hwp"), "PNG picture"),
    "program.txt": (b"\x7fELF\2\1\1" + b"\0" * 90, "content is a program"),
    "windows.csv": (b"MZ\x90\0" + b"\0" * 90, "content is a program"),
    "word.xlsx": (lambda: DOCX.read_bytes(), "another ZIP"),
    "word.epub": (lambda: word("<w:p/>") + b"1", "another ZIP"),
    "word.hwpx": (lambda: word("<w:p/>") + b"2", "another ZIP"),
    "word.odt": (lambda: word("<w:p/>") + b"3", "another ZIP"),
    "word.pptx": (lambda: word("<w:p/>") + b"4", "another ZIP"),
    "pdf.html": (lambda: PDF.read_bytes(), "content is a PDF"),
    "text.pdf": (b"This is a text.", "named as PDF"),
    "text.hwp": (b"This is a text, too.", "named as HWP"),
    "text.pptx": (b"This is a third text.", "named as PPTX"),
    "text.zip": (b"This is a fourth text.", "damaged"),
    "old.docx": (lambda: ole_file({"WordDocument": b"x" * 600}), "an old Word document"),
    "word.msg": (lambda: ole_file({"WordDocument": b"y" * 600}), "an old Word document"),
    "empty.ppt": (OLE + b"6", "damaged"),
    "text.doc": (b"This is a fifth text.", "named as DOC"),
    "text.rtf": (b"This is a sixth text.", "named as RTF"),
    "text.msg": (b"This is a seventh text.", "named as MSG"),
    "text.eml": (b"This is an eighth text.", "named as EML"),
    "picture.eml": (lambda: png_named("eml"), "PNG picture"),
    "nulls.txt": (b"\0" * 500, "named as text"),
    "nulls.md": (b"A rule\0\0\0 with zeros.", "named as Markdown"),
    "gzip.html": (b"\x1f\x8b\x08" + b"\1" * 50, "gzip"),
    "rar.zip": (b"Rar!\x1a\x07\0" + b"\1" * 50, "damaged"),
    # Protected
    "secret.docx": (lambda: locked(b"1"), "password"),
    "secret.xlsx": (lambda: locked(b"2"), "password"),
    "secret.pptx": (lambda: locked(b"3"), "password"),
    "secret.doc": (lambda: locked(b"4"), "password"),
    "secret.eml": (b"Subject: s\r\nContent-Type: application/pkcs7-mime\r\n\r\nMIIB", "encrypted"),
    "secret.xls": (OLE + b"4", "secret.xls is damaged"),
    "secret.hwp": (OLE + b"5", "damaged"),
    "secret.zip": (lambda: encrypted(zipped({"a.md": b"A rule."})), "password"),
    "secret.epub": (
        lambda: zipped({"META-INF/container.xml": "<c/>", "META-INF/rights.xml": "<r/>"}),
        "protected",
    ),
    # Bombs
    "laughs.docx": (lambda: word("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", bomb()), "."),
    "laughs.odt": (lambda: zipped({"content.xml": bomb() + "<x>&a11;</x>"}), "."),
    "laughs.epub": (
        lambda: zipped({"META-INF/container.xml": bomb() + "<container>&a11;</container>"}),
        ".",
    ),
    "bomb.docx": (lambda: rezipped(DOCX, document__xml=b" " * 30_000_000), "unpacks to more"),
    "bomb.xlsx": (
        lambda: zipped({"xl/workbook.xml": b" " * 30_000_000}),
        "unpacks to more",
    ),
    "bomb.zip": (lambda: zipped({"big.md": b"x" * 30_000_000}), "unpacks to more"),
    "liar.zip": (lambda: lying(30_000_000), "unpacks to more|damaged"),
    "many.zip": (lambda: zipped({f"{i}.md": b"x" for i in range(1100)}), "1100 parts"),
    "many.docx": (
        lambda: zipped({"word/document.xml": b"x"} | {f"{i}": b"" for i in range(1100)}),
        "parts",
    ),
    "many.eml": (lambda: mail_with(1100), "more than the 1000 attachments"),
    "deep.docx": (lambda: word("<w:p>" * 5000), "damaged"),
    # Ways out of an archive
    "up.zip": (lambda: archive_with("../../up.md"), "leads out"),
    "root.zip": (lambda: archive_with("/etc/root.md"), "leads out"),
    "drive.zip": (lambda: archive_with("C:\\drive.md"), "leads out"),
    "back.zip": (lambda: archive_with("a\\..\\..\\back.md"), "leads out"),
    "link.zip": (lambda: archive_with("link.md", 0o120777), "is a link"),
    "nested.zip": (lambda: zipped({"inner.zip": zipped({"a.md": b"A rule."})}), "archive in"),
    # Damage inside
    "flipped.docx": (lambda: flipped(DOCX), "damaged|password"),
    "flipped.hwp": (lambda: flipped(HWP), "."),
    "xml.docx": (lambda: word("<w:p><unclosed"), "damaged"),
    "parts.docx": (lambda: zipped({"word/document.xml": b"<x/>"}), "damaged"),
    "parts.pptx": (lambda: zipped({"ppt/presentation.xml": b"<x/>"}), "damaged"),
    "parts.xlsx": (lambda: zipped({"xl/workbook.xml": b"<x/>"}), "cannot be read|no text"),
    "parts.hwpx": (lambda: zipped({"Contents/content.hpf": b"<x/>"}), "damaged|no text"),
    "parts.epub": (lambda: zipped({"META-INF/container.xml": b"<x/>"}), "damaged"),
    "stream.zip": (
        lambda: zipped({"a.md": b"rule " * 500}).replace(zlib.compress(b"")[2:3], b"\xaa", 1),
        "damaged",
    ),
    "pages.pdf": (lambda: make_pdf([["A page"]] * 120), "120 pages"),
    "empty-page.html": (b"<html><body><script>1</script></body></html>", "no main text"),
    "field.csv": (b'name,text\n"a,' + b"x" * 200_000, "no table"),
}

#: What each of them has to be called.
FAULTS: Mapping[Fault, str] = {
    Fault.EMPTY: "zero.md zero.pdf zero.docx zero.hwp zero.xlsx zero.eml blank.txt",
    Fault.NO_TEXT: "comment.md empty-page.html head.eml",
    Fault.DAMAGED: "zero.zip half.pdf half.docx half.hwp half.hwpx half.zip text.zip rar.zip "
    "secret.xls secret.hwp laughs.docx laughs.odt laughs.epub liar.zip deep.docx flipped.hwp "
    "xml.docx parts.docx parts.pptx parts.xlsx parts.hwpx parts.epub stream.zip field.csv "
    "half.doc half.msg empty.ppt",
    Fault.WRONG_FORMAT: "picture.pdf picture.md picture.docx picture.hwp program.txt windows.csv "
    "word.xlsx word.epub word.hwpx word.odt word.pptx pdf.html text.pdf text.hwp text.pptx "
    "nulls.txt nulls.md gzip.html old.docx word.msg text.doc text.rtf "
    "text.msg text.eml picture.eml",
    Fault.PROTECTED: "secret.docx secret.xlsx secret.pptx secret.zip secret.epub flipped.docx "
    "secret.doc secret.eml",
    Fault.TOO_LARGE: "bomb.docx bomb.xlsx bomb.zip many.zip many.docx many.eml pages.pdf",
    Fault.ARCHIVE_ENTRY: "up.zip root.zip drive.zip back.zip link.zip nested.zip",
}
