"""Evidence: whole sentences, verbatim, the best first, within the budget."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.errors import UnavailableError
from assistant.index.passage import Passage
from assistant.language import estimate_tokens, split_sentences
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.evidence import MAX_QUOTES, select_evidence
from assistant.retrieval.hits import Hit

TEXT = "First comes this sentence. The fee is 60 dollars. It is paid once. Nothing else follows."


def hit(
    text: str = TEXT,
    best: int = 1,
    cosine: float = 0.5,
    name: str = "a",
) -> Hit:
    sentences = tuple(split_sentences(text))
    passage = Passage(
        id=name, document_id=name, collection="c", source=name, title=name, language="en",
        text=text, ordinal=0, sentences=sentences,
    )  # fmt: skip
    cosines = np.full(len(sentences), 0.1, dtype=np.float32)
    cosines[best] = 0.9
    return Hit(passage, 1.0, cosine, cosines, 0.5, np.ones(4, dtype=np.float32) / 2, cosines)


def test_the_best_sentence_comes_with_its_neighbours() -> None:
    (first, *_) = select_evidence([hit()], 400)
    assert "The fee is 60 dollars. It is paid once." in first.quote
    assert first.core_quote == "The fee is 60 dollars."
    assert first.score == pytest.approx(0.9)
    assert first.number == 1


def test_offsets_point_at_the_verbatim_text() -> None:
    for item in select_evidence([hit(), hit(name="b", best=2)], 60):
        assert item.passage.text[item.span.start : item.span.end] == item.quote
        assert item.quote in TEXT


def test_the_budget_holds_and_the_best_sentence_is_always_there() -> None:
    long = [
        hit("This is a rather long sentence about nothing. " * 12, best=3, name=n) for n in "abc"
    ]
    found = select_evidence(long, 60)
    assert sum(estimate_tokens(item.quote) for item in found) <= 60 + 12
    assert select_evidence([hit("word " * 300, best=0)], 10)[0].quote


def test_sentences_that_join_count_against_the_budget() -> None:
    long = hit("This is one of many neighbouring sentences of one passage. " * 10, best=0)
    long.sentence_cosines[:] = np.linspace(0.9, 0.8, 10)
    (found,) = select_evidence([long], 60)
    assert estimate_tokens(found.quote) <= 60 + 15


def test_no_sentence_is_quoted_twice() -> None:
    found = select_evidence([hit(), hit(best=2)], 400)
    spans = [(item.span, item.passage.id) for item in found]
    assert len(spans) == len(set(spans))
    assert len(found) <= MAX_QUOTES


def test_what_is_far_from_the_question_is_not_quoted() -> None:
    far = hit("Another rule altogether. It says little.", name="far", cosine=0.1)
    far.sentence_cosines[:] = 0.2
    assert {e.passage.id for e in select_evidence([hit(), far], 400)} == {"a"}


def test_nothing_found_gives_no_evidence() -> None:
    assert select_evidence([], 400) == []


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
