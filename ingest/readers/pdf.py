"""PDF: the text layer with its pages (PDFium), or recognised text where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from textwrap import shorten

import pypdfium2
import pypdfium2.raw as raw

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError, locked
from ingest.readers import ocr
from ingest.readers.arabic import mend
from ingest.readers.cleaning import clean
from ingest.readers.furniture import without_furniture
from ingest.readers.layout import Word
from ingest.readers.pdf_page import PageText, read_page
from ingest.readers.pdf_title import largest
from ingest.readers.source import Limits, Remark, SourceText, lines_without
from ingest.titles import own_title

#: Texts that a remark quotes, and how many characters of each.
_QUOTES, _QUOTED = 3, 80


def read_pdf(path: Path, limits: Limits) -> SourceText:
    """A PDF with the offsets at which its pages begin.

    Raises:
        UnreadableFileError: It is damaged, protected by a password, has too many pages, or has
            no text and no OCR is installed.
    """
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise locked(path.name) from error
        raise _damaged(path, error) from error
    try:
        if len(pdf) > limits.pages:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"{path.name} has {len(pdf)} pages, more than the {limits.pages} that are allowed.",
                "Split it, or raise TRILOGUE_MAX_PDF_PAGES.",
            )
        if pdf.get_formtype() == raw.FORMTYPE_XFA_FULL:
            raise UnreadableFileError(
                Fault.NO_TEXT,
                f"{path.name} is a form (XFA) that only Adobe's programs show: its pages say so, "
                "and nothing else.",
                "Print it to a PDF with Adobe Acrobat.",
            )
        if pdf.get_formtype() != raw.FORMTYPE_NONE:
            pdf.init_forms()
        layers = _text_layers(pdf, limits)
        pages, remarks = _recognised(path, pdf, [layer.text for layer in layers])
        stated = pdf.get_metadata_value("Title")
        remarks += _attached(pdf)
    except pypdfium2.PdfiumError as error:
        raise _damaged(path, error) from error
    finally:
        pdf.close()
    remarks += _left_out(layers)
    mended = []
    for number, page in enumerate(pages, start=1):
        text, noticed = mend(page, number)
        mended.append(clean(text))
        remarks += noticed
    kept, left_out = without_furniture(mended)
    if left_out:
        detail = f"{left_out} lines of running heads, page numbers and tables of contents"
        remarks.append(Remark(RemarkKind.LEFT_OUT, detail))
    gone = lines_without("\n".join(mended), "\n".join(kept))
    gone += [text for layer in layers for text in layer.unseen]
    title = own_title(clean(stated)) or _printed_title(layers[0].words)
    return _joined(kept, title, remarks, gone)


def _printed_title(words: Sequence[Word]) -> str | None:
    """The title that is printed on a page, if any."""
    title = largest(words)
    return clean(mend(title)[0]).strip() if title else None


def _left_out(layers: Sequence[PageText]) -> Iterator[Remark]:
    """What the pages have besides their text."""
    unseen = {n: " ".join(layer.unseen) for n, layer in enumerate(layers, 1) if layer.unseen}
    if unseen:
        detail = f"text that cannot be seen was left out: {_quoted(unseen.values())}"
        yield Remark(RemarkKind.HIDDEN, detail, tuple(unseen))
    comments = {n: layer.comments for n, layer in enumerate(layers, 1) if layer.comments}
    if comments:
        said = [text for texts in comments.values() for text in texts]
        named = _quoted(filter(None, said)) or "highlights without words"
        detail = f"{len(said)} comments and highlights are no part of the text: {named}"
        yield Remark(RemarkKind.COMMENTS, detail, tuple(comments))
    pictures = tuple(n for n, layer in enumerate(layers, 1) if layer.pictured and layer.text)
    if pictures:
        detail = "large pictures, whose text, if they have any, is not read"
        yield Remark(RemarkKind.LEFT_OUT, detail, pictures)
    unknown = {n: layer.unknown for n, layer in enumerate(layers, 1) if layer.unknown}
    if unknown:
        detail = f"letters whose code says not what they are: {sum(unknown.values())}"
        yield Remark(RemarkKind.MANGLED, detail, tuple(unknown))
    scans = tuple(n for n, layer in enumerate(layers, 1) if layer.scan)
    if scans:
        yield Remark(RemarkKind.RECOGNISED, "text that was recognised before, in the file", scans)


def _attached(pdf: pypdfium2.PdfDocument) -> Iterator[Remark]:
    """Files that are attached to the whole document."""
    number = pdf.count_attachments()
    if number:
        first = [clean(pdf.get_attachment(i).get_name()) for i in range(min(number, _QUOTES))]
        detail = f"{number} attached files, which are not read: {', '.join(first)}"
        yield Remark(RemarkKind.LEFT_OUT, detail)


def _quoted(texts: Iterable[str]) -> str:
    """The first few texts, shortened."""
    shown = (shorten(text, _QUOTED, placeholder=" …") for text in islice(texts, _QUOTES))
    return "; ".join(f"“{text}”" for text in shown)


def _joined(
    pages: list[str], title: str | None, remarks: list[Remark], left_out: list[str]
) -> SourceText:
    starts, offset = [], 0
    for page in pages:
        starts.append(offset)
        offset += len(page) + 1
    text = "".join(page + "\n" for page in pages)
    return SourceText(text, "plain", title, tuple(starts), tuple(remarks), tuple(left_out))


def _damaged(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        Fault.DAMAGED, f"{path.name} is a damaged PDF: {error}", "Export it again."
    )


def _text_layers(pdf: pypdfium2.PdfDocument, limits: Limits) -> list[PageText]:
    layers: list[PageText] = []
    length = 0
    for page in pdf:
        layers.append(read_page(page))
        length += len(layers[-1].text)
        page.close()
        if length > limits.characters:
            break  # what is read is refused as a whole, with the reason
    return layers


def _recognised(
    path: Path, pdf: pypdfium2.PdfDocument, layers: list[str]
) -> tuple[list[str], list[Remark]]:
    """The pages, those without a text layer recognised where that is possible."""
    empty = [i for i, layer in enumerate(layers) if not layer.strip()]
    languages = ocr.languages() if empty else None
    scanned = f"{path.name} has {len(layers)} pages and no text: it seems to be scanned"
    if len(empty) == len(layers) and not languages:
        hint = "Install the extra 'ocr' and Tesseract, or recognise its text (OCR) first."
        raise UnreadableFileError(Fault.SCANNED, f"{scanned}.", hint)
    pages, remarks = list(layers), []
    for i in empty:
        if languages:
            picture = pdf[i].render(scale=ocr.DPI / 72, grayscale=True).to_pil()
            pages[i] = ocr.recognise(picture)
        if pages[i].strip():
            detail = f"text recognised by Tesseract ({languages})"
            remarks.append(Remark(RemarkKind.RECOGNISED, detail, (i + 1,)))
        else:
            remarks.append(Remark(RemarkKind.EMPTY_PAGE, "no text", (i + 1,)))
    if not any(page.strip() for page in pages):
        raise UnreadableFileError(
            Fault.SCANNED, f"{scanned}, and none was recognised.", "Look at its pages."
        )
    return pages, remarks
