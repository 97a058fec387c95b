"""A conversation as a Word document (Office Open XML), each line in its own direction."""

from __future__ import annotations

import io
import unicodedata

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from assistant.api.schemas.chat_schemas import Conversation
from assistant.codes import LOCALES, Language
from ui.export import ExportedLine, LineKind, Part, lines, title_of
from ui.texts import Texts, direction_of

#: Word's built-in styles.
_STYLES: dict[LineKind, str] = {
    "title": "Title",
    "note": "Caption",
    "question": "Heading 1",
    "outcome": "Subtitle",
    "answer": "Normal",
    "heading": "Heading 2",
    "source": "Normal",
    "quote": "List Paragraph",
}
#: What XML 1.0 cannot hold.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def as_word(conversation: Conversation, texts: Texts) -> bytes:
    """The questions and replies of a conversation with their evidence."""
    document = Document()
    properties = document.core_properties
    properties.title = title_of(conversation, texts).translate(_CONTROLS)[:255]
    properties.author, properties.comments = "Trilogue", ""
    properties.created = properties.modified = conversation.created_at
    properties.language = LOCALES[texts.language].replace("_", "-")
    # Neither Korean nor Arabic has italics.
    upright = document.styles[_STYLES["outcome"]].font
    upright.italic = upright.cs_italic = False
    for line in lines(conversation, texts):
        _add(document, line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: WordDocument, line: ExportedLine) -> None:
    paragraph = document.add_paragraph(style=_STYLES[line.kind])
    if _is_rtl(line.parts[0]):
        # Bidirectional paragraphs begin on the right, and so do their alignments.
        _turn(paragraph)
    for index, part in enumerate(line.parts):
        if index:
            paragraph.add_run(" · ")
        run = paragraph.add_run(part.text.translate(_CONTROLS))
        if line.kind == "source" and not index:
            run.bold = run.font.cs_bold = True
        if _is_rtl(part):
            run.font.rtl = True
        if part.language:
            _speak(run, part.language)


def _is_rtl(part: Part) -> bool:
    """Whether a part runs from right to left: by its language, or its first letter that has a
    direction (UAX 9, P2 and P3)."""
    if part.language:
        return direction_of(part.language) == "rtl"
    strong = (unicodedata.bidirectional(letter) for letter in part.text)
    return next((way for way in strong if way in ("L", "R", "AL")), "L") != "L"


def _turn(paragraph: Paragraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    # The schema wants it before the indentation and the alignment, which no paragraph here has.
    properties.append(OxmlElement("w:bidi"))


def _speak(run: Run, language: Language) -> None:
    """Say which language a run is in, for spelling and fonts."""
    element = OxmlElement("w:lang")
    attribute = {"ko": "w:eastAsia", "ar": "w:bidi", "en": "w:val"}[language]
    element.set(qn(attribute), LOCALES[language].replace("_", "-"))
    run._r.get_or_add_rPr().append(element)
