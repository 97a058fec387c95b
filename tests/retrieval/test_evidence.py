"""Evidence: whole sentences, verbatim, the best first, within the budget."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from assistant.calibration import load_calibration
from assistant.index.passage import Passage
from assistant.language import estimate_tokens, split_sentences
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.evidence import MAX_QUOTES, select_evidence
from assistant.retrieval.hits import Hit
from assistant.retrieval.relevance import relevance

QUESTION = "What does the rule say?"
FEE = "The fee is 60 dollars."
SPREAD = 0.04
TEXT = f"First comes this sentence. {FEE} It is paid once. Nothing else follows."


def hit(
    text: str = TEXT,
    cosine: float = 0.5,
    name: str = "a",
    relevances: Mapping[str, float] = {FEE: 0.9},
) -> Hit:
    """A hit whose sentences bear on the question as written down, the others little."""
    sentences = tuple(split_sentences(text))
    passage = Passage(
        id=name, document_id=name, collection="c", source=name, title=name, language="en",
        text=text, ordinal=0, sentences=sentences,
    )  # fmt: skip
    values = np.array([relevances.get(text[a:b], 0.1) for a, b in sentences], dtype=np.float32)
    one = np.ones(2, dtype=np.float32)
    return Hit(passage, 1.0, cosine, values, values, np.tile(one, (len(values), 1)), one, values)


def test_the_best_sentence_comes_with_its_neighbours() -> None:
    (first, *_) = select_evidence(QUESTION, [hit()], 400, SPREAD)
    assert f"{FEE} It is paid once." in first.quote
    assert first.core_quote == FEE
    assert first.score == pytest.approx(0.9)
    assert (first.number, first.passage_cosine) == (1, 0.5)


def test_what_bears_most_on_the_question_comes_first_wherever_it_stands() -> None:
    relevances = {"It is the law.": 0.56, "Somebody asked.": 0.2, FEE: 0.6}
    texts = ["It is the law.", "Somebody asked.", FEE]
    hits = [hit(text, name=text, relevances=relevances) for text in texts]
    found = select_evidence(QUESTION, hits, 400, SPREAD)
    assert [item.quote for item in found] == [FEE, "It is the law."]


@pytest.mark.parametrize(
    ("question", "nearer", "answer"),
    [
        ("How much does it cost?", "It costs what the office has announced.", FEE),
        ("얼마인가요?", "It costs what the office has announced.", FEE),
        ("متى تُدفع الرسوم؟", "It is paid before one arrives.", "It is paid on 3 May 2026."),
        (
            "Who decides on it?",
            "It is decided within the term.",
            "The Dean Kim Minsu decides on it.",
        ),
        (
            "Is it 60 dollars, and how many days is it kept?",
            "It is 60 dollars and is kept for some time.",
            "It is kept for 14 days.",
        ),
    ],
)
def test_a_sentence_with_what_is_asked_for_goes_before_one_a_little_nearer(
    question: str, nearer: str, answer: str
) -> None:
    hits = [hit(nearer, relevances={nearer: 0.6}), hit(answer, relevances={answer: 0.57}, name="b")]
    assert [e.quote for e in select_evidence(question, hits, 400, SPREAD)] == [answer, nearer]
    assert select_evidence(question, hits, 400, SPREAD)[0].score == pytest.approx(0.57)
    hits[1] = hit(answer, relevances={answer: 0.55}, name="b")
    found = select_evidence(question, hits, 400, SPREAD)
    assert [e.quote for e in found] == [nearer, answer], "by no more than a spread"
    assert [e.quote for e in select_evidence(QUESTION, hits, 400, SPREAD)] == [nearer, answer]


def test_a_sentence_bears_on_a_question_by_its_tokens_and_its_passage() -> None:
    tokens = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    sentences = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    assert relevance(sentences, tokens, 0.5) == pytest.approx(
        [0.67 * 0.7 + 0.33 * 0.5, 0.67 * 0.5 + 0.33 * 0.5]
    )
    same, passages = sentences[[0, 0]], np.array([0.5, 0.6], dtype=np.float32)
    assert np.argmax(relevance(same, tokens, passages)) == 1


def test_offsets_point_at_the_verbatim_text() -> None:
    for item in select_evidence(QUESTION, [hit(), hit(name="b")], 60, SPREAD):
        assert item.passage.text[item.span.start : item.span.end] == item.quote
        assert item.quote in TEXT


def test_the_budget_holds_and_the_best_sentence_is_always_there() -> None:
    sentence = "This is a rather long sentence about nothing."
    long = [hit(f"{sentence} " * 12, name=n) for n in "abc"]
    found = select_evidence(QUESTION, long, 60, SPREAD)
    assert sum(estimate_tokens(item.quote) for item in found) <= 60 + 12
    assert select_evidence(QUESTION, [hit("word " * 300)], 10, SPREAD)[0].quote


def test_sentences_that_join_count_against_the_budget() -> None:
    long = hit("This is one of many neighbouring sentences of one passage. " * 10)
    found = select_evidence(QUESTION, [long], 60, SPREAD)
    assert sum(estimate_tokens(item.quote) for item in found) <= 60 + 15


def test_no_sentence_is_quoted_twice() -> None:
    relevances = {FEE: 0.9, "It is paid once.": 0.88}
    found = select_evidence(
        QUESTION, [hit(relevances=relevances), hit(relevances=relevances)], 400, SPREAD
    )
    spans = [(item.span, item.passage.id) for item in found]
    assert len(spans) == len(set(spans))
    assert len(found) <= MAX_QUOTES


def test_nothing_found_gives_no_evidence() -> None:
    assert select_evidence(QUESTION, [], 400, SPREAD) == []


def test_a_gate_that_was_not_fitted_lets_what_was_found_through_and_doubts_it() -> None:
    gate = AnswerableGate(None)
    assert gate.decide([hit()]).passed
    assert gate.decide([hit()]).doubtful
    assert not gate.decide([]).passed


def test_nothing_found_is_not_answerable() -> None:
    fitted = load_calibration("embeddinggemma-300m", "any").gate
    assert fitted
    gate = AnswerableGate(fitted.model())
    assert gate.decide([]).probability == 0.0
    near, far = np.full(4, 0.9, dtype=np.float32), np.full(4, 0.1, dtype=np.float32)
    strong = Hit(hit().passage, 1.0, 0.8, near, near, np.ones((1, 4)), np.ones(4), near)
    weak = Hit(hit().passage, 1.0, 0.1, far, far, np.ones((1, 4)), np.ones(4), far)
    assert gate.decide([strong]).probability > gate.decide([weak]).probability
