"""What the generator holds of its own answer decides whether it is shown."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from importlib.resources import files
from types import SimpleNamespace

import pytest
from llama_index.core.llms import ChatMessage
from scripted_generator import ScriptedGenerator

from assistant.answering.checks import Rejection
from assistant.answering.generation import Draft, Task, generate
from assistant.answering.prompt import build_prompt, build_verification
from assistant.answering.support import SupportFinder
from assistant.answering.verification import SelfVerifier, Verifier, probability_of_yes
from assistant.index.passage import Passage
from assistant.language import LANGUAGES, Language, Span
from assistant.models.generator import CutOffError, Generator
from assistant.models.piece import Piece
from assistant.retrieval.evidence import Evidence
from assistant.settings import Settings

TEXT = "Exchange students need a grade point average of at least 3.0 out of 4.3."
QUESTION = "What GPA do exchange students need?"


def evidence(text: str = TEXT, language: Language = "en") -> list[Evidence]:
    whole = Span(0, len(text))
    passage = Passage(
        id="p", document_id="d", collection="c", source="s.md", title="Policy", language=language,
        text=text, ordinal=0, sentences=(whole,),
    )  # fmt: skip
    return [Evidence(1, passage, whole, whole, 0.6, 0.5)]


class Says:
    """An exchange in which one thing is said, so probably."""

    def __init__(self, text: str, probability: float, cut_off: bool = False) -> None:
        self.piece = Piece(text, math.log(probability))
        self.cut_off = cut_off

    async def stream(self, *_: object, **__: object) -> AsyncGenerator[Piece, None]:
        yield self.piece
        if self.cut_off:
            raise CutOffError


@pytest.mark.parametrize(
    ("said", "probability"),
    [(Says("Yes", 0.9), 0.9), (Says("No", 0.9), 0.1), (Says("Yes", 0.7, cut_off=True), 0.7)],
)
def test_a_no_is_the_rest_of_a_yes(said: Says, probability: float) -> None:
    found = asyncio.run(probability_of_yes(said, []))  # type: ignore[arg-type]
    assert found == pytest.approx(probability)


def test_an_answer_passes_from_the_threshold_on() -> None:
    verifier = SelfVerifier(0.75)
    assert asyncio.run(verifier.rejection_of(Says("Yes", 0.76), [])) is None  # type: ignore[arg-type]
    rejection = asyncio.run(verifier.rejection_of(Says("Yes", 0.74), []))  # type: ignore[arg-type]
    assert rejection is not None
    assert "0.74" in rejection.reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sources_come_first_as_in_the_prompt_of_the_answer(language: Language) -> None:
    answer = build_prompt(QUESTION, evidence(), language)
    system, user = build_verification(QUESTION, evidence(), language, "It is <3.0>.")
    assert system == answer[0]
    assert (user.content or "").startswith(answer[1].content or "-")
    assert "It is ‹3.0›." in (user.content or "")


def test_the_thresholds_are_for_one_generator_that_tells_probabilities() -> None:
    stored = json.loads((files("assistant.answering") / "verification.json").read_text("utf-8"))
    mine = SimpleNamespace(model=stored["generator"], tells_probabilities=True)
    other = SimpleNamespace(model="other", tells_probabilities=True)
    silent = SimpleNamespace(model=stored["generator"], tells_probabilities=False)
    assert set(SelfVerifier.fitted(mine)) == set(stored["thresholds"])  # type: ignore[arg-type]
    assert not SelfVerifier.fitted(other)  # type: ignore[arg-type]
    assert not SelfVerifier.fitted(silent)  # type: ignore[arg-type]
    assert "ar" in SelfVerifier.fitted(Generator(Settings(_env_file=None)))


class Doubts:
    """Rejects answers that have a word, and notes what was asked."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[str] = []

    async def rejection_of(
        self, exchange: object, messages: Sequence[ChatMessage]
    ) -> Rejection | None:
        self.asked.append(messages[-1].content or "")
        doubted = self.word in self.asked[-1].split("Proposed answer")[1]
        return Rejection("Doubts", "relevance", "it doubts") if doubted else None


def drafts(
    monkeypatch: pytest.MonkeyPatch, generator: ScriptedGenerator, verifier: Verifier | None
) -> list[Draft]:
    async def found(self: SupportFinder, text: str) -> list[object]:
        item = evidence()[0]
        return [SimpleNamespace(evidence=item, sentence=TEXT, nearness=0.9, lag=0.0)]

    monkeypatch.setattr(SupportFinder, "find", found)
    task = Task(QUESTION, None, evidence(), "en", 100, ())  # type: ignore[arg-type]

    async def run() -> list[Draft]:
        answer = generate(generator, None, task, lambda: None, verifier)  # type: ignore[arg-type]
        async with aclosing(answer) as all_of_them:
            return [draft async for draft in all_of_them]

    return asyncio.run(run())


def test_a_doubted_answer_is_held_back_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, generator: ScriptedGenerator
) -> None:
    verifier = Doubts("4.3")
    generator.answer = "They need 3.0. [1] Out of 4.3. [1]"
    found = drafts(monkeypatch, generator, verifier)
    assert [draft.sentence for draft in found] == ["They need 3.0. [1]", "Out of 4.3. [1]"]
    assert [draft.rejection and draft.rejection.check for draft in found] == ["Doubts"] * 2
    assert len(verifier.asked) == 1
    assert "They need 3.0. Out of 4.3." in verifier.asked[0]


def test_an_answer_without_doubt_is_shown(
    monkeypatch: pytest.MonkeyPatch, generator: ScriptedGenerator
) -> None:
    generator.answer = "They need 3.0. [1]"
    for verifier in (Doubts("9.9"), None):
        (found,) = drafts(monkeypatch, generator, verifier)
        assert found.rejection is None


@pytest.mark.models
@pytest.mark.generation
def test_the_real_generator_finds_the_right_answer_likelier_than_a_denial(
    llama: Generator,
) -> None:
    text = "للموظف إجازة خمسة أيام عند زواجه، وثلاثة أيام عند وفاة أخيه."
    question = "كم يوماً إجازة الموظف عند وفاة أخيه؟"

    async def of(answer: str) -> float:
        async with llama.exchange() as exchange:
            asking = build_verification(question, evidence(text, "ar"), "ar", answer)
            return await probability_of_yes(exchange, asking)

    wrong, right = (asyncio.run(of(answer)) for answer in ("لا إجازة له.", "ثلاثة أيام."))
    assert 0.0 < wrong < right < 1.0
