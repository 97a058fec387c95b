"""PDF: the text layer with its pages (PDFium), or recognised text where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers import ocr
from ingest.readers.arabic import mend
from ingest.readers.cleaning import clean
from ingest.readers.furniture import without_furniture
from ingest.readers.layout import Word, arranged
from ingest.readers.source import Limits, Remark, SourceText


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
            raise UnreadableFileError(
                Fault.PROTECTED,
                f"{path.name} is protected with a password.",
                "Save it without one.",
            ) from error
        raise _damaged(path, error) from error
    try:
        if len(pdf) > limits.pages:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"{path.name} has {len(pdf)} pages, more than the {limits.pages} that are allowed.",
                "Split it, or raise TRILOGUE_MAX_PDF_PAGES.",
            )
        layers = _text_layers(pdf, limits)
        pages, remarks = _recognised(path, pdf, layers)
        title = pdf.get_metadata_value("Title") or None
    except pypdfium2.PdfiumError as error:
        raise _damaged(path, error) from error
    finally:
        pdf.close()
    mended = []
    for number, page in enumerate(pages, start=1):
        text, noticed = mend(page, number)
        mended.append(clean(text))
        remarks += noticed
    kept, left_out = without_furniture(mended)
    if left_out:
        detail = f"{left_out} lines of running heads, page numbers and tables of contents"
        remarks.append(Remark(RemarkKind.LEFT_OUT, detail))
    return _joined(kept, clean(title) if title else None, remarks)


def _joined(pages: list[str], title: str | None, remarks: list[Remark]) -> SourceText:
    starts, offset = [], 0
    for page in pages:
        starts.append(offset)
        offset += len(page) + 1
    text = "".join(page + "\n" for page in pages)
    return SourceText(text, "plain", title, tuple(starts), tuple(remarks))


def _damaged(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        Fault.DAMAGED, f"{path.name} is a damaged PDF: {error}", "Export it again."
    )


def _text_layers(pdf: pypdfium2.PdfDocument, limits: Limits) -> list[str]:
    layers: list[str] = []
    length = 0
    for page in pdf:
        textpage = page.get_textpage()
        layers.append(arranged(list(_words(textpage))) or textpage.get_text_bounded())
        length += len(layers[-1])
        textpage.close()
        page.close()
        if length > limits.characters:
            break  # what is read is refused as a whole, with the reason
    return layers


def _words(textpage: pypdfium2.PdfTextPage) -> Iterator[Word]:
    """The words of a page. A control character ends one too: PDFium puts them between lines."""
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for i in range(textpage.count_chars() + 1):
        letter = chr(raw.FPDFText_GetUnicode(textpage, i)) if i < textpage.count_chars() else " "
        if letter > " ":
            letters.append(letter)
            boxes.append(textpage.get_charbox(i, loose=True))
        elif letters:
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            yield Word("".join(letters), min(lefts), min(bottoms), max(rights), max(tops))
            letters, boxes = [], []


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
