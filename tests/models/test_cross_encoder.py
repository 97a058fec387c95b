"""The cross-encoder reads one answer as it reads many, and any text."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from assistant.models.cross_encoder import (
    ANSWER,
    EVIDENCE,
    QUESTION,
    CrossEncoder,
    EvidenceText,
    JointReader,
    Placed,
    batch_of,
    load_cross_encoder,
    read_alone,
)
from assistant.models.embedder import SentenceTransformerEmbedder

LEAVE = EvidenceText("Rules, Article 7", "The dean decides within 14 days. A fee is due.")
LIBRARY = EvidenceText("", "도서는 30일 동안 대출된다.")
QUESTIONS = "Within how many days does the dean decide?"
ANSWERS = ("Within two weeks.", "خلال 14 يوماً.", "30일입니다.")


def untrained(embedder: SentenceTransformerEmbedder) -> CrossEncoder:
    torch.manual_seed(0)
    return CrossEncoder(embedder, JointReader(2 * embedder.dimensions))


@pytest.mark.models
def test_an_answer_is_read_alone_as_it_is_among_others(
    embedder: SentenceTransformerEmbedder,
) -> None:
    """Training reads many answers of many questions at once; the service reads one."""
    torch.manual_seed(0)
    reader = JointReader(2 * embedder.dimensions).eval()

    def placed(text: str, role: int, *sees: int) -> Placed:
        return read_alone(embedder, [(text, role)])[0], role, sees

    evidence = [placed(str(LEAVE), EVIDENCE), placed(str(LIBRARY), EVIDENCE)]
    row = [*evidence, placed(QUESTIONS, QUESTION, 0)]
    row += [placed(text, ANSWER, 0, 1, 2) for text in ANSWERS]
    with torch.inference_mode():
        together = reader(batch_of([row, row[:4]])).tolist()
    reading = CrossEncoder(embedder, reader).on(QUESTIONS, [LEAVE])
    apart = [reading.log_odds(text, LIBRARY) for text in ANSWERS]
    # In half precision the size of a batch tells.
    exact = embedder._device.dtype == torch.float32
    assert np.allclose(together, [*apart, apart[0]], atol=1e-3 if exact else 1e-2)
    assert len({round(value, 4) for value in apart}) == len(ANSWERS)


@pytest.mark.models
def test_evidence_and_question_count(embedder: SentenceTransformerEmbedder) -> None:
    cross_encoder = untrained(embedder)
    both = cross_encoder.on(QUESTIONS, [LEAVE]).log_odds(ANSWERS[0], LIBRARY)
    assert cross_encoder.on(QUESTIONS, [LEAVE]).log_odds(ANSWERS[0], LEAVE) != both
    assert cross_encoder.on("What does it cost?", [LEAVE]).log_odds(ANSWERS[0], LIBRARY) != both


@pytest.mark.models
@pytest.mark.parametrize("answer", ["x" * 5000, "", "\u200b", "가 " * 3000])
def test_any_text_gets_a_score(embedder: SentenceTransformerEmbedder, answer: str) -> None:
    cross_encoder = load_cross_encoder(embedder)
    assert cross_encoder
    reading = cross_encoder.on("?", [EvidenceText("", "")])
    assert np.isfinite(reading.log_odds(answer, LEAVE))


LOANS = EvidenceText(
    "Rules of the Library, Article 3",
    "A borrowed book shall be returned within thirty days. A reader who returns it later pays "
    "three dollars for each day of delay. Guests of the university may not borrow books.",
)


@pytest.mark.models
@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("For how long may I keep a book?", "30 days", "You may keep it for ninety days."),
        ("책을 얼마 동안 빌릴 수 있나요?", "30일", "90일 동안 빌릴 수 있습니다."),
        ("كم يوماً يمكنني الاحتفاظ بالكتاب؟", "30 يوماً", "يجب إرجاع الكتاب خلال تسعين يوماً."),
        ("For how long may I keep a book?", "30 days", "Days book the thirty return of keep."),
        (
            "Can a guest borrow a book?",
            "No, guests may not borrow books.",
            "Yes, guests may borrow books.",
        ),
    ],
)
def test_what_was_trained_finds_the_right_answer_better_supported(
    embedder: SentenceTransformerEmbedder, question: str, right: str, wrong: str
) -> None:
    cross_encoder = load_cross_encoder(embedder)
    assert cross_encoder
    reading = cross_encoder.on(question, [LOANS])
    assert reading.log_odds(right, LOANS) > reading.log_odds(wrong, LOANS)


def test_an_embedder_that_it_was_not_trained_for_has_none(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    assert load_cross_encoder(tiny_embedder) is None
