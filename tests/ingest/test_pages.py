"""On which page of a document a passage, and a sentence in it, stand."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from llama_index.core.schema import Document
from pdf_files import make_pdf

from assistant.index.passage import Passage, PassageNode
from assistant.language import Span
from assistant.retrieval.evidence import Evidence
from ingest.passages import MAX_TOKENS, PassageParser
from ingest.readers import SourceText, read

Write = Callable[[str, str | bytes], Path]

#: An article that begins on the third page, and the sentences of it on the fourth.
ARTICLES = {
    "en": ("Article 6 (Archive)", "The archivist keeps", "Letters are kept for 13 years.", "film"),
    "ko": ("제6조(기록물)", "기록관장은 보관", "편지는 13년 동안 보존한다.", "필름"),
    "ar": ("المادة (٦) المحفوظات", "يحفظ الأمين", "تُحفظ الرسائل ١٣ سنة.", "فيلم"),
}


def passages(source: SourceText) -> list[Passage]:
    metadata = {
        "document_id": str(uuid.uuid4()),
        "collection": "c",
        "source": "a.pdf",
        "title": "T",
        "language": "en",
        "work_id": None,
        "content_hash": "h",
        "markup": source.markup,
        "page_starts": list(source.page_starts),
    }
    nodes = PassageParser()([Document(text=source.text, metadata=metadata)])
    return [node.to_passage() for node in nodes if isinstance(node, PassageNode)]


def paged(*pages: str) -> SourceText:
    starts, text = [], ""
    for page in pages:
        starts.append(len(text))
        text += page + "\n"
    return SourceText(text, "plain", page_starts=tuple(starts))


def page_of(found: list[Passage], words: str) -> int | None:
    (passage,) = [p for p in found if words in p.text]
    return passage.page_at(passage.text.index(words))


@pytest.mark.parametrize("language", ARTICLES)
def test_a_sentence_stands_on_its_own_page(language: str) -> None:
    heading, begun, sentence, rest = ARTICLES[language]
    found = passages(paged("A.", "B.", f"{heading}\n{begun}", f"{rest}.\n{sentence}"))
    assert page_of(found, begun) == 3
    assert page_of(found, rest) == 4  # in the middle of a sentence
    assert page_of(found, sentence) == 4
    assert [p.page for p in found if begun in p.text] == [3]


def test_every_sentence_of_long_articles_over_many_pages_has_its_page() -> None:
    # Each page is one paragraph without an end, and some are longer than a passage.
    words = [[f"word{page}x{i}" for i in range(40 * page)] for page in range(1, 9)]
    found = passages(paged("Article 1", *(" ".join(page) for page in words)))
    assert len(found) > 3
    for page, named in enumerate(words, start=2):
        for word in (named[0], named[-1]):
            assert page_of(found, word) == page


def test_a_long_table_over_two_pages_repeats_its_header_and_keeps_its_pages() -> None:
    rows = [f"Item {i} of the list of things | {i},000 won" for i in range(2 * MAX_TOKENS // 10)]
    half = len(rows) // 2
    first = "\n".join(["Thing | Price", *rows[:half]])
    found = passages(paged(first, "\n".join(rows[half:])))
    assert page_of(found, rows[half - 1]) == 1
    assert page_of(found, rows[half]) == 2
    assert page_of(found, rows[-1]) == 2


def test_a_pdf_cites_the_page_of_the_sentence(write: Write) -> None:
    pages = [
        ["Rules of the archive"],
        ["Foreword by the archivist."],
        ["Article 6 (Archive)", "The archivist keeps what the departments"],
        ["send in by March.", "Letters are kept for 13 years."],
    ]
    found = passages(read(write("a.pdf", make_pdf(pages))))
    assert page_of(found, "departments") == 3
    assert page_of(found, "send in by March") == 4
    assert page_of(found, "Letters") == 4


def test_the_citation_names_the_page_of_the_sentence_nearest_to_the_question() -> None:
    passage = Passage(
        id="p",
        document_id="d",
        collection="c",
        source="a.pdf",
        title="T",
        language="en",
        text="One. Two. Three.",
        ordinal=0,
        page=3,
        page_breaks=((5, 4), (10, 6)),
    )
    whole = Evidence(1, passage, Span(0, 16), Span(5, 9), Span(5, 9), 0.5, 0.5)
    assert whole.page == 4
    assert [passage.page_at(at) for at in (0, 4, 5, 9, 10, 15)] == [3, 3, 4, 4, 6, 6]


def test_pages_go_through_the_index_and_older_passages_have_one() -> None:
    passage = passages(paged("Article 1\nHe keeps", "the letters."))[0]
    payload = passage.to_payload()
    assert Passage.from_payload(passage.id, payload) == passage
    assert passage.page_breaks
    del payload["page_breaks"]
    older = Passage.from_payload(passage.id, payload)
    assert older.page_at(len(older.text) - 1) == 1
