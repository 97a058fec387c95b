"""What a sentence cites: the evidence that it rests on, wherever it was found."""

from __future__ import annotations

from shelf import Shelf, passage

from assistant.answering.generation.citations import Citations
from assistant.answering.verdict.found import Found, Support
from assistant.language import Span
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.retrieval.evidence import Evidence

FEES = passage(1, "The fee is 50 dollars. It is due in March.", "Article 1")
BOOKS = passage(
    2, "Books are lent for 30 days. Books that come back late cost 2 dollars a day.", "Article 2"
)
WHOLE = Span(0, len(FEES.text))
GIVEN = Evidence(1, FEES, WHOLE, WHOLE, WHOLE, 0.5, 0.5)


def support(
    embedder: SentenceTransformerEmbedder, passage_at: int, sentence: int, near: float = 0.9
) -> Support:
    found = Found(Shelf(embedder, [FEES, BOOKS]).find("How much?").hits)
    chosen = found.sentences[2 * passage_at + sentence]
    return Support(chosen, near, near, near, 0)


def test_evidence_that_the_generator_had_is_cited_by_its_number(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    citations = Citations([GIVEN], 0.04)
    assert citations.of([], [support(tiny_embedder, 0, 1)]) == [GIVEN]
    assert citations.evidence == [GIVEN]


def test_what_else_a_sentence_rests_on_becomes_evidence_once(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    citations = Citations([GIVEN], 0.04)
    late = support(tiny_embedder, 1, 1)
    (new,) = citations.of([], [late])
    assert (new.number, new.quote) == (2, "Books that come back late cost 2 dollars a day.")
    assert citations.of([], [late]) == [new]
    assert [item.number for item in citations.evidence] == [1, 2]


def test_a_right_mark_is_kept_and_a_wrong_one_gives_way(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    citations = Citations([GIVEN], 0.04)
    about_as_near = [support(tiny_embedder, 1, 1, 0.9), support(tiny_embedder, 0, 0, 0.85)]
    assert citations.of([1], about_as_near) == [GIVEN]
    farther = [support(tiny_embedder, 1, 1, 0.9), support(tiny_embedder, 0, 0, 0.5)]
    assert citations.of([1], farther) != [GIVEN]
