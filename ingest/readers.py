"""Readers: one for each format, each a llama-index reader that gives one Document a file.

A Document's text is Markdown, or plain text for formats without headings
(``metadata["markup"]`` says which). ``metadata["page_starts"]`` has the offset at which each
page begins, for formats with pages. ``metadata["title"]`` is the file's own title, if any.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import docx
import pypdfium2
import regex
import trafilatura
from charset_normalizer import from_bytes
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell, _Row
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document
from lxml.etree import XMLSyntaxError

from ingest.errors import UnreadableFileError
from ingest.formats import Format, identify

#: A DOCX whose parts unpack to more than this is refused: no policy is that long, but a
#: deliberately compressed one may be.
_MAX_UNPACKED = 500 * 2**20


class TextReader(BaseReader):
    """Markdown and plain text, in any encoding that can be told with confidence."""

    def __init__(self, markup: str) -> None:
        self._markup = markup

    def load_data(self, file: Path, **kwargs: Any) -> list[Document]:
        """The file as one Document.

        Raises:
            UnreadableFileError: The encoding cannot be told.
        """
        return [_document(decode(file), markup=self._markup)]


class HtmlReader(BaseReader):
    """The main text of a web page, without menus, headers and footers (trafilatura)."""

    def load_data(self, file: Path, **kwargs: Any) -> list[Document]:
        """The page as one Document.

        Raises:
            UnreadableFileError: No main text was found.
        """
        html = decode(file)
        text = trafilatura.extract(
            html,
            output_format="markdown",
            include_links=False,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
        )
        if not text:
            raise UnreadableFileError(
                f"{file.name} has no main text.", "Check that the page was saved whole."
            )
        metadata = trafilatura.extract_metadata(html)
        return [_document(text, markup="markdown", title=metadata.title if metadata else None)]


class PdfReader(BaseReader):
    """Text of a PDF with its pages (PDFium)."""

    def load_data(self, file: Path, **kwargs: Any) -> list[Document]:
        """The PDF as one Document with ``page_starts``.

        Raises:
            UnreadableFileError: It is damaged, protected by a password, or has no text.
        """
        try:
            pdf = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise UnreadableFileError(
                    f"{file.name} is protected with a password.", "Save it without one."
                ) from error
            raise UnreadableFileError(
                f"{file.name} is a damaged PDF: {error}", "Export it again."
            ) from error
        try:
            pages = [_repair_rtl(page.get_textpage().get_text_bounded()) for page in pdf]
            title = pdf.get_metadata_value("Title") or None
        except pypdfium2.PdfiumError as error:
            raise UnreadableFileError(
                f"{file.name} is a damaged PDF: {error}", "Export it again."
            ) from error
        finally:
            pdf.close()
        if not any(page.strip() for page in pages):
            raise UnreadableFileError(
                f"{file.name} has {len(pages)} pages and no text: it seems to be scanned.",
                "Recognise its text (OCR) first, for example with ocrmypdf.",
            )
        text, starts = "", []
        for page in pages:
            starts.append(len(text))
            text += page + "\n"
        return [_document(text, markup="plain", page_starts=starts, title=title)]


class DocxReader(BaseReader):
    """Paragraphs, headings, lists and tables of a Word document, as Markdown."""

    #: Word's built-in heading styles keep these names whatever language Word runs in.
    _HEADING: ClassVar = regex.compile(r"(?:heading (?P<level>\d)|(?P<title>title))$", regex.I)

    def load_data(self, file: Path, **kwargs: Any) -> list[Document]:
        """The document as one Document.

        Raises:
            UnreadableFileError: It is damaged or unpacks to far more than it should.
        """
        try:
            with zipfile.ZipFile(file) as archive:
                if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
                    raise UnreadableFileError(
                        f"{file.name} unpacks to more than {_MAX_UNPACKED >> 20} MiB.",
                        "Remove its pictures, or split it.",
                    )
            word = docx.Document(str(file))
            blocks = list(self._blocks(word))
        except (
            zipfile.BadZipFile,
            PackageNotFoundError,
            XMLSyntaxError,
            KeyError,
            ValueError,
        ) as error:
            raise UnreadableFileError(
                f"{file.name} is a damaged Word document: {error}", "Save it again from Word."
            ) from error
        title = word.core_properties.title or None
        return [_document("\n\n".join(blocks), markup="markdown", title=title)]

    def _blocks(self, word: WordDocument) -> Iterator[str]:
        for item in word.iter_inner_content():
            if isinstance(item, Table):
                yield _markdown_table(item)
                continue
            text = item.text.strip()
            if not text:
                continue
            style = item.style.name if item.style and item.style.name else ""
            if match := self._HEADING.match(style):
                # The title is above the first level of headings.
                level = min(6, int(match["level"] or 0) + 1)
                yield f"{'#' * level} {_escaped(text)}"
            elif style.startswith("List"):
                yield f"- {_escaped(text)}"
            else:
                yield _escaped(text)


_READERS: dict[Format, BaseReader] = {
    Format.MARKDOWN: TextReader("markdown"),
    Format.TEXT: TextReader("plain"),
    Format.HTML: HtmlReader(),
    Format.PDF: PdfReader(),
    Format.DOCX: DocxReader(),
}


def read(path: Path) -> Document:
    """Read a file with the reader of its format.

    Raises:
        UnreadableFileError: The file is not what its name says, is damaged, or has no text.
    """
    (document,) = _READERS[identify(path)].load_data(path)
    if not document.text.strip():
        raise UnreadableFileError(f"{path.name} has no text.", "Check that it was saved whole.")
    return document


def decode(path: Path) -> str:
    """A text file's text: UTF-8 where it is valid, else the encoding that fits best."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=_ENCODINGS).best()
    if best is None:
        raise UnreadableFileError(f"{path.name} is in no known text encoding.", "Save it as UTF-8.")
    return str(best)


_ENCODINGS = ["utf_16", "cp949", "cp1256", "iso8859_6", "cp1252"]


def _document(text: str, **metadata: Any) -> Document:
    # NUL cannot be stored by every database and has no place in a text.
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return Document(text=clean, metadata=metadata)


def _markdown_table(table: Table) -> str:
    rows = [[_escaped(" ".join(cell.text.split())) for cell in _cells(row)] for row in table.rows]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    lines = [" | ".join(row) for row in rows]
    return "\n".join(
        [f"| {lines[0]} |", "|---" * len(rows[0]) + "|", *(f"| {x} |" for x in lines[1:])]
    )


def _cells(row: _Row) -> list[_Cell]:
    """The cells of a row; a merged cell, which python-docx gives for each column, once."""
    return [_Cell(element, row.table) for element in row._tr.tc_lst]


def _escaped(text: str) -> str:
    """Text in which Markdown sees no signs of its own."""
    return str(regex.sub(r"([\\`*_\[\]<>&|#~]|^[+-]|^\d+(?=[.)]))", r"\\\1", text, flags=regex.M))


_ARABIC = regex.compile(r"\p{Script=Arabic}")
_REPAIRS = (
    # PDFium gives the marks of an Arabic line in visual order where a number stands beside them.
    (regex.compile(r"(المادة)\s*:\s?(\p{Nd}+)"), r"\1 \2:"),
    (regex.compile(r"^-(\p{Nd}+)(?=\s)", regex.M), r"\1-"),
    (regex.compile(r"\)(\p{L}|\p{Nd}{1,2})\("), r"(\1)"),
)


def _repair_rtl(page: str) -> str:
    """Put punctuation of Arabic lines back in reading order; other pages stay as they are."""
    page = page.replace("\r\n", "\n")
    if not _ARABIC.search(page):
        return page
    for pattern, replacement in _REPAIRS:
        page = pattern.sub(replacement, page)
    return page
