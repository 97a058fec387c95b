"""With the real embedder: what is true and beside the point is not shown as the answer."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from scripted_generator import ScriptedGenerator

from assistant.answering.checks import default_checks
from assistant.answering.generation import Draft, Task, generate
from assistant.index.passage import Passage
from assistant.language import Language, Span, split_sentences
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.retrieval.evidence import Evidence

pytestmark = pytest.mark.models

QUESTIONS: dict[Language, str] = {
    "ko": "교류 학생은 평점이 얼마나 되어야 하나요?",
    "ar": "ما المعدل التراكمي المطلوب من طلاب التبادل؟",
    "en": "What GPA do exchange students need?",
}
#: The answer, and what stands beside it.
POLICIES: dict[Language, tuple[str, str]] = {
    "ko": (
        "교류 학생은 평점평균이 4.3점 만점에 3.0점 이상이어야 한다.",
        "신청서는 매년 3월 31일까지 국제협력처에 제출한다.",
    ),
    "ar": (
        "يجب ألّا يقل المعدل التراكمي لطالب التبادل عن ٣٫٠ من ٤٫٣.",
        "تُقدَّم الطلبات إلى مكتب التعاون الدولي قبل ٣١ مارس من كل عام.",
    ),
    "en": (
        "Exchange students need a grade point average of at least 3.0 out of 4.3.",
        "Applications go to the Office of International Affairs by 31 March of each year.",
    ),
}


def drafts(
    embedder: SentenceTransformerEmbedder, generator: ScriptedGenerator, language: Language
) -> list[Draft]:
    text = " ".join(POLICIES[language])
    passage = Passage(
        id="p", document_id="d", collection="c", source="s.md", title="", language=language,
        text=text, ordinal=0, sentences=tuple(split_sentences(text)),
    )  # fmt: skip
    whole = Span(0, len(text))
    (asked,) = embedder.embed_questions([QUESTIONS[language]])
    task = Task(
        QUESTIONS[language],
        asked.tokens,
        [Evidence(1, passage, whole, whole, 0.6, 0.5)],
        language,
        100,
        default_checks(embedder.model_name, "another-generator"),
    )

    async def run() -> list[Draft]:
        async with aclosing(generate(generator, embedder, task, lambda: None)) as found:  # type: ignore[arg-type]
            return [draft async for draft in found]

    return asyncio.run(run())


@pytest.mark.parametrize("language", ["ko", "ar", "en"])
def test_a_true_sentence_beside_the_point_is_held_back_and_the_answer_is_shown(
    embedder: SentenceTransformerEmbedder, generator: ScriptedGenerator, language: Language
) -> None:
    answer, beside = POLICIES[language]
    generator.script = [f"{beside} [1]", f"{answer} [1]"]
    first, second = drafts(embedder, generator, language)
    assert first.rejection is not None
    assert first.rejection.check == "RelevanceCheck"
    assert (second.rejection, second.attempt) == (None, 2)
