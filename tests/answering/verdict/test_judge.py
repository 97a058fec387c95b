"""The verdict with the real embedder and what is fitted for it."""

from __future__ import annotations

import math
import time

import pytest
from lenient import always, leaf, stump
from shelf import Shelf, passage

from assistant.answering.claim import Claim
from assistant.answering.verdict.judge import Judge, QuestionContext, QuestionJudge, Verdict
from assistant.answering.verdict.model import Tree, VerdictModel
from assistant.calibration import load_calibration
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.models.cross_encoder import load_cross_encoder
from assistant.models.embedder import SentenceTransformerEmbedder

LEAVE = passage(
    1,
    "A student who is ill may take a leave of absence of up to two semesters. The dean decides on "
    "the application within 14 days. A fee of 50 dollars is due when studies are resumed.",
    "Article 7",
    "Rules on Leave",
)
LIBRARY = passage(
    2,
    "Books are lent for 30 days. Late books cost 3 dollars a day. Guests may not borrow books.",
    "Article 3",
    "Rules of the Library",
)
TESTED = ["en", "ko", "ar"]


def asked(embedder: SentenceTransformerEmbedder, question: str, *found: Passage) -> QuestionContext:
    result = Shelf(embedder, found, alike=False).find(question)
    return QuestionContext(question, result.hits, result.query, 0.97, frozenset({1, 2}))


def fitted(embedder: SentenceTransformerEmbedder, case: QuestionContext) -> QuestionJudge:
    model = load_calibration(embedder.model_name, "any").verdict.model()
    return Judge(embedder, model, load_cross_encoder(embedder)).on(case)


def judged(
    embedder: SentenceTransformerEmbedder, question: str, text: str, language: Language
) -> Verdict:
    case = asked(embedder, question, LEAVE, LIBRARY)
    return fitted(embedder, case).decide(Claim(text, language, question))


DECIDES: dict[Language, str] = {
    "en": "Within how many days does the dean decide on a leave of absence?",
    "ko": "학장은 휴학 신청을 며칠 안에 결정하나요?",
    "ar": "خلال كم يوم يبت العميد في طلب الإجازة الدراسية؟",
}


@pytest.mark.models
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "14일 안에 결정합니다."),
        ("ko", "학장은 신청을 14일 이내에 결정합니다."),
    ],
)
def test_a_right_answer_is_shown(
    embedder: SentenceTransformerEmbedder, language: Language, text: str
) -> None:
    verdict = judged(embedder, DECIDES[language], text, language)
    assert verdict.rejection is None
    assert verdict.opinion is not None
    assert verdict.opinion.for_it
    assert "14 days" in verdict.supports[0].sentence.text


@pytest.mark.models
@pytest.mark.parametrize(
    ("language", "text", "held_by"),
    [
        ("en", "The dean decides on the application within 15 days.", "invented_quantity"),
        ("en", "The dean decides on the application within 30 days.", "verdict"),
        ("en", "The dean decides on applications for a leave of absence.", "verdict"),
        ("en", "The document does not say within how many days.", "about_sources"),
        ("en", "Within how many days does the dean decide on it?", "asks"),
        ("en", "Books are lent for 30 days.", "verdict"),
        ("ko", "도서는 30일 동안 대출됩니다.", "verdict"),
        ("ar", "تُعار الكتب لمدة 30 يوماً.", "verdict"),
    ],
)
def test_a_wrong_answer_is_held_back(
    embedder: SentenceTransformerEmbedder, language: Language, text: str, held_by: str
) -> None:
    verdict = judged(embedder, DECIDES[language], text, language)
    assert verdict.rejection is not None
    assert verdict.rejection.check == held_by


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "word " * 5000,
        "가" * 5000,
        "x",
        "예",
        "Декан решает в течение 14 дней.",
        "The dean de\u200bcides within 14 days.",
        " ".join(f"{n} days," for n in range(200)),
        "14" * 100,
        "؟",
        "\n",
    ],
)
def test_whatever_is_generated_has_a_clear_outcome_in_time(
    embedder: SentenceTransformerEmbedder, text: str
) -> None:
    judge = fitted(embedder, asked(embedder, DECIDES["en"], LEAVE, LIBRARY))
    judge.decide(Claim("The dean decides.", "en", DECIDES["en"]))
    began = time.monotonic()
    verdict = judge.decide(Claim(text, "en", DECIDES["en"]))
    assert time.monotonic() - began < 60, "it does not hang"
    assert verdict.rejection is not None
    assert verdict.rejection.reason


@pytest.mark.parametrize(
    ("text", "altered"),
    [
        ("Guests may not borrow books.", False),
        ("Guests may borrow books.", True),
        ("Late books cost 3 dollars a day.", False),
        ("Late books cost at least 3 dollars a day.", True),
        ("Books are lent for 30 weeks.", True),
        ("The fine is thirty dollars.", False),
    ],
)
def test_a_copy_that_was_altered_is_told(
    tiny_embedder: SentenceTransformerEmbedder, text: str, altered: bool
) -> None:
    question = "What are the rules?"
    judge = Judge(tiny_embedder, always(0.9))
    verdict = judge.on(asked(tiny_embedder, question, LIBRARY)).decide(Claim(text, "en", question))
    assert verdict.signals is not None
    assert (verdict.signals.altered_copy > 0.2) is altered


@pytest.mark.models
def test_evidence_of_one_word_and_none_at_all_are_judged(
    embedder: SentenceTransformerEmbedder,
) -> None:
    one = fitted(embedder, asked(embedder, DECIDES["en"], passage(1, "Leave")))
    assert one.decide(Claim("The dean decides.", "en", DECIDES["en"])).rejection
    none = fitted(embedder, asked(embedder, DECIDES["en"]))
    assert none.decide(Claim("The dean decides.", "en", DECIDES["en"])).rejection


def test_what_a_sentence_rests_on_is_looked_for_in_all_that_was_found(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    case = asked(tiny_embedder, "How much is it?", LEAVE, LIBRARY)
    judge = Judge(tiny_embedder, always(0.9)).on(case)
    for text, stated in (("It is 3 dollars.", "Late books"), ("It is 50 dollars.", "A fee of 50")):
        verdict = judge.decide(Claim(text, "en", "How much is it?"))
        assert verdict.supports[0].sentence.text.startswith(stated)
        assert verdict.signals is not None
        assert verdict.signals.missing_in_sentence == 0


def test_a_model_is_the_sum_of_its_trees_and_says_which_signals_count(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    nested = Tree(
        ["across", "", "length", "", ""],
        [0.5, 0, 1.5, 0, 0],
        [1, 0, 3, 0, 0],
        [2, 0, 4, 0, 0],
        [0.5, 0.9, -1.0, -0.5, -2.0],
    )
    model = VerdictModel(0.3, (leaf(0.1), stump("unknown_names", 0.5, 0.2, -5.0), nested), 0.6)
    judge = Judge(tiny_embedder, model).on(asked(tiny_embedder, "How much?", LIBRARY))
    said = judge.decide(Claim("Late books cost 3 dollars.", "en", "How much?"))
    assert said.opinion is not None
    assert said.opinion.probability == pytest.approx(1 / (1 + math.exp(-0.3 - 0.1 - 0.2 - 0.9)))
    assert said.rejection is None
    assert dict(said.opinion.for_it) == pytest.approx({"across": 0.4, "unknown_names": 0.2})
    held = judge.decide(Claim("Late books cost 3 dollars at Oxford.", "en", "How much?"))
    assert held.rejection is not None
    assert held.opinion is not None
    assert held.opinion.against_it[0][0] == "unknown_names"
    korean = judge.decide(Claim("연체 도서는 하루에 3달러입니다.", "ko", "얼마인가요?"))
    assert korean.opinion is not None
    assert korean.opinion.probability == pytest.approx(1 / (1 + math.exp(-0.3 - 0.1 - 0.2 + 2.0)))
    assert dict(korean.opinion.against_it) == pytest.approx({"across": -1.5, "length": -1.0})


def test_models_that_nothing_was_fitted_for_get_the_careful_default() -> None:
    calibration = load_calibration("somebody-elses-embedder", "any")
    assert calibration.is_default
    vectors = {
        "nearness",
        "answer_nearness",
        "passage_nearness",
        "relevance",
        "relevance_gap",
        "joint",
    }
    assert not vectors & set(calibration.verdict.signals)
