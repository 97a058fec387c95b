"""Evidence: whole sentences, verbatim, the best first, within the budget."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from assistant.errors import UnavailableError
from assistant.index.passage import Passage
from assistant.language import estimate_tokens, split_sentences
from assistant.models.embedder import QueryVectors, Vectors
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.evidence import MAX_QUOTES, Evidence, EvidenceSelector
from assistant.retrieval.hits import Hit
from assistant.retrieval.search import SearchResult

FEE = "The fee is 60 dollars."
TEXT = f"First comes this sentence. {FEE} It is paid once. Nothing else follows."


class Embedder:
    """Gives each sentence a vector with the relevance that a test has written down."""

    def __init__(self, relevances: Mapping[str, float]) -> None:
        self._relevances = relevances

    def embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        values = np.array([self._relevances.get(text, 0.1) for text in sentences])
        return np.stack([values, np.sqrt(1 - values**2)], axis=1).astype(np.float32)


def hit(text: str = TEXT, cosine: float = 0.5, name: str = "a") -> Hit:
    sentences = tuple(split_sentences(text))
    passage = Passage(
        id=name, document_id=name, collection="c", source=name, title=name, language="en",
        text=text, ordinal=0, sentences=sentences,
    )  # fmt: skip
    cosines = np.full(len(sentences), 0.5, dtype=np.float32)
    return Hit(passage, 1.0, cosine, cosines, 0.5, np.ones(2, dtype=np.float32), cosines)


def select(
    hits: Sequence[Hit], max_tokens: int, relevances: Mapping[str, float] = {FEE: 0.9}
) -> list[Evidence]:
    question = np.array([1.0, 0.0], dtype=np.float32)
    found = SearchResult(hits, QueryVectors(question, question[None]))
    selector = EvidenceSelector(Embedder(relevances))  # type: ignore[arg-type]
    return asyncio.run(selector.select(found, max_tokens))


def test_the_best_sentence_comes_with_its_neighbours() -> None:
    (first, *_) = select([hit()], 400)
    assert f"{FEE} It is paid once." in first.quote
    assert first.core_quote == FEE
    assert first.score == pytest.approx(0.67 * 0.9 + 0.33 * 0.5)
    assert (first.number, first.passage_cosine) == (1, 0.5)


def test_what_bears_most_on_the_question_comes_first_wherever_it_stands() -> None:
    relevances = {"It is the law.": 0.5, "Somebody asked.": 0.2, FEE: 0.6}
    hits = [hit("It is the law.", 0.6, "a"), hit("Somebody asked.", 0.6, "b"), hit(FEE, 0.5, "c")]
    found = select(hits, 400, relevances)
    assert [item.quote for item in found] == [FEE, "It is the law."]


def test_the_passage_counts_where_sentences_say_the_same() -> None:
    found = select([hit(FEE, 0.5, "a"), hit(FEE, 0.6, "b")], 400)
    assert [item.passage.id for item in found] == ["b", "a"]


def test_offsets_point_at_the_verbatim_text() -> None:
    for item in select([hit(), hit(name="b")], 60):
        assert item.passage.text[item.span.start : item.span.end] == item.quote
        assert item.quote in TEXT


def test_the_budget_holds_and_the_best_sentence_is_always_there() -> None:
    sentence = "This is a rather long sentence about nothing."
    long = [hit(f"{sentence} " * 12, name=n) for n in "abc"]
    found = select(long, 60)
    assert sum(estimate_tokens(item.quote) for item in found) <= 60 + 12
    assert select([hit("word " * 300)], 10)[0].quote


def test_sentences_that_join_count_against_the_budget() -> None:
    long = hit("This is one of many neighbouring sentences of one passage. " * 10)
    found = select([long], 60)
    assert sum(estimate_tokens(item.quote) for item in found) <= 60 + 15


def test_no_sentence_is_quoted_twice() -> None:
    found = select([hit(), hit()], 400, {FEE: 0.9, "It is paid once.": 0.8})
    spans = [(item.span, item.passage.id) for item in found]
    assert len(spans) == len(set(spans))
    assert len(found) <= MAX_QUOTES


def test_nothing_found_gives_no_evidence() -> None:
    assert select([], 400) == []


def test_the_gate_refuses_another_embedder() -> None:
    with pytest.raises(UnavailableError, match="fit_answerability"):
        AnswerableGate("another-embedder")


def test_nothing_found_is_not_answerable() -> None:
    gate = AnswerableGate("embeddinggemma-300m")
    assert gate.decide([]).probability == 0.0
    near, far = np.full(4, 0.9, dtype=np.float32), np.full(4, 0.1, dtype=np.float32)
    strong = Hit(hit().passage, 1.0, 0.8, near, 0.9, np.ones(4), near)
    weak = Hit(hit().passage, 1.0, 0.1, far, 0.0, np.ones(4), far)
    assert gate.decide([strong]).probability > gate.decide([weak]).probability
