"""Build the DOCX and PDF documents of the sample corpus from their Markdown sources.

The sources are ``tools/samples/<work-id>.<lang>.md``. Each one yields a document
``samples/<work-id>.<lang>.<docx|pdf>`` and, beside it, the sidecar
``samples/<work-id>.<lang>.meta.yaml`` that holds the source's front matter.

Printing the PDF files needs Chromium and the Noto fonts (Debian: ``chromium``,
``fonts-noto-core``, ``fonts-noto-cjk``).

Usage: python tools/build_samples.py [work-id ...]
"""

from __future__ import annotations

import datetime as dt
import html
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt

TOOLS = Path(__file__).resolve().parent
SOURCES = TOOLS / "samples"
TARGET = TOOLS.parent / "samples"

FORMATS = {"complaints-and-appeals": "docx", "research-data-handling": "pdf"}
LOCALES = {"en": "en-US", "ko": "ko-KR", "ar": "ar-SA"}
LANG_ATTRIBUTE = {"en": "w:val", "ko": "w:eastAsia", "ar": "w:bidi"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

# Most Arabic fonts map their glyphs to presentation forms, which readers of the PDF text layer
# return in the wrong order. Noto Kufi Arabic does not, and text without ligatures and vowel
# marks survives best; the Arabic source of a PDF is therefore written without vowel marks.
CSS = """
@page { size: A4; margin: 22mm; }
body { font: 11pt/1.55 "Noto Sans", sans-serif; font-feature-settings: "liga" 0, "rlig" 0; }
:lang(ko) body { font-family: "Noto Sans CJK KR", sans-serif; word-break: keep-all; }
:lang(ar) body { font-family: "Noto Kufi Arabic", sans-serif; font-size: 11pt; }
h1 { font-size: 1.5em; line-height: 1.3; }
h2 { font-size: 1.1em; margin: 1.2em 0 0.3em; break-after: avoid; }
:lang(ko) :is(h1, h2) { font-weight: normal; } /* A second weight would double the file. */
p { margin: 0.4em 0; }
ul { list-style: none; margin: 0.3em 0; }
blockquote { margin: 0.8em 0; padding-inline-start: 0.8em; border-inline-start: 3pt solid #888; }
"""


@dataclass(frozen=True)
class Source:
    """A Markdown source: its name (``work-id.lang``), front matter and body."""

    name: str
    front_matter: str
    meta: dict[str, Any]
    body: str

    @property
    def lang(self) -> str:
        """Language code of the text."""
        return str(self.meta["language"])

    @property
    def title(self) -> str:
        """Title in the language of the text."""
        return str(self.meta["title"])


def read_source(path: Path) -> Source:
    """Split a source file into front matter and Markdown body."""
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Source(path.stem, front_matter, yaml.safe_load(front_matter), body)


def set_language(parent: Any, lang: str) -> None:
    """Add the language, and for Arabic the direction, to a run's or style's properties."""
    properties = parent.get_or_add_rPr()
    if lang == "ar":
        properties.append(OxmlElement("w:rtl"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    element = OxmlElement("w:lang")
    element.set(qn(LANG_ATTRIBUTE[lang]), LOCALES[lang])
    properties.append(element)


def add_paragraph(document: Document, text: str, style: str, lang: str) -> Paragraph:
    """Append a paragraph marked with its language and direction."""
    paragraph = document.add_paragraph(style=style)
    if lang == "ar":
        # The schema fixes the order of children; w:bidi comes after w:pStyle and before w:ind.
        bidi: Any = OxmlElement("w:bidi")
        paragraph._p.get_or_add_pPr().insert_element_before(bidi, "w:spacing", "w:ind", "w:jc")
    set_language(paragraph.add_run(text)._r, lang)
    return paragraph


def write_docx(source: Source, path: Path) -> None:
    """Write a source as a Word document with real heading styles."""
    document = docx.Document()
    properties = document.core_properties
    properties.title = source.title
    properties.author = str(source.meta["issuer"])
    properties.language = LOCALES[source.lang]
    day: dt.date = source.meta["effective_from"]
    properties.created = properties.modified = dt.datetime(
        day.year, day.month, day.day, tzinfo=dt.UTC
    )
    set_language(document.styles["Normal"].element, source.lang)

    style, marker = "Normal", ""
    for token in MarkdownIt().parse(source.body):
        match token.type:
            case "heading_open":
                style = "Title" if token.tag == "h1" else "Heading 1"
            case "blockquote_open":
                style = "Quote"
            case "heading_close" | "blockquote_close":
                style = "Normal"
            case "list_item_open":
                # The number is written out, so that it is part of the text.
                marker = f"{token.info}{token.markup} " if token.info else ""
                style = "List Paragraph"
            case "list_item_close":
                style = "Normal"
            case "inline":
                paragraph = add_paragraph(document, marker + token.content, style, source.lang)
                if style == "List Paragraph":
                    paragraph.paragraph_format.left_indent = Cm(1)
                marker = ""
    document.save(str(path))


def write_pdf(source: Source, path: Path) -> None:
    """Print a source to PDF with headless Chromium."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit("Chromium was not found; it is needed to print the PDF samples.")
    direction = "rtl" if source.lang == "ar" else "ltr"
    page = (
        f'<!DOCTYPE html><html lang="{source.lang}" dir="{direction}"><head>'
        f'<meta charset="utf-8"><title>{html.escape(source.title)}</title>'
        f"<style>{CSS}</style></head><body>{MarkdownIt().render(source.body)}</body></html>"
    )
    with tempfile.TemporaryDirectory() as scratch:
        page_path = Path(scratch, "page.html")
        page_path.write_text(page, encoding="utf-8")
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={Path(scratch, 'profile')}",
            f"--print-to-pdf={path}",
            page_path.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def main(wanted: list[str]) -> None:
    """Build the wanted works, or all of them if none are named."""
    for source_path in sorted(SOURCES.glob("*.*.md")):
        source = read_source(source_path)
        extension = FORMATS.get(str(source.meta["work_id"]))
        if extension is None or (wanted and source.meta["work_id"] not in wanted):
            continue
        path = TARGET / f"{source.name}.{extension}"
        (write_docx if extension == "docx" else write_pdf)(source, path)
        sidecar = TARGET / f"{source.name}.meta.yaml"
        sidecar.write_text(source.front_matter, encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
