"""What a follow-up may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answering.claim import same_words, strip_marks
from assistant.answering.follow_ups.dependence import Dependence, dependence
from assistant.answering.question import Question, Turn
from assistant.language import Language, asked_for, detect, estimate_tokens
from assistant.language.amounts import Asked, asks_for
from assistant.language.asked import asks_for_measure
from assistant.language.lexicon import LEXICON
from assistant.language.names import asks_for_name
from assistant.language.words import Unit

#: Words of the last answer that are read: it begins with what it is about.
_ANSWER_WORDS = 40
#: Questions that are gone back, as long as they are follow-ups themselves.
_TURNS_BACK = 3

Origin = Literal["asked", "carried"]


@dataclass(frozen=True)
class Interpretation:
    """What a question may mean.

    Attributes:
        text: A question that can be searched for and answered.
        language: The language that it is in.
        asks: As much of it as says what kind of answer is asked for.
        origin: ``asked`` as it was typed, or ``carried``: with the question before it.
        follows: The beginning of the answer that it follows up on, without marks; empty where it
            stands alone.
    """

    text: str
    language: Language
    asks: str
    origin: Origin = "asked"
    follows: str = ""


def interpretations_of(question: Question, history_tokens: int) -> list[Interpretation]:
    """What a question may mean in its conversation, the best first; each is worth a search only
    where the one before it finds nothing.

    A question that stands alone is taken as it is. One that depends on the conversation is taken
    together with the question before it. Rewriting it was tried and given up: searches for what a
    small generator made of a question found less, after seconds (``benchmarks/follow_ups.py``).

    Args:
        question: What is asked.
        history_tokens: Estimated tokens of the conversation that are used; 0 for none.
    """
    text, language = question.text, question.detection.language
    earlier, answer = _context(question.history, history_tokens)
    needs = dependence(text, language) if earlier else "none"
    if needs == "none":
        return [Interpretation(text, language, text)]
    both = f"{earlier}\n{text}"
    # Who asks the same again wants to hear the same.
    follows = "" if same_words(text, earlier.rsplit("\n", 1)[-1]) else answer
    asks = _asks(text, both, language)
    carried = Interpretation(both, detect(both).language, asks, "carried", follows)
    if needs == "possible":
        return [Interpretation(text, language, text), carried]
    return [carried, Interpretation(text, language, text, "asked", follows)]


def _asks(text: str, both: str, language: Language) -> str:
    """A follow-up by itself where it asks for something else than the question before it ("and
    what is the fee?"), else both together ("and in Saudi Arabia?")."""
    known = LEXICON[language].follow_ups
    new = known.asks_anew.search(known.fold(text)) is not None
    if not (new or asks_for_measure(text) or asks_for_name(text)):
        return both
    # Where they ask for the same, the amounts that the first one names are no answers, either.
    return both if _kinds(text) == _kinds(both) else text


def _kinds(question: str) -> tuple[set[Asked], set[Unit], bool]:
    return asks_for(question), asked_for(question), asks_for_name(question)


def _context(history: Sequence[Turn], left: int) -> tuple[str, str]:
    """The last question and the beginning of its answer, as far as so many tokens go; for a
    follow-up also the questions before it."""
    questions: list[str] = []
    for turn in reversed(history):
        if turn.role != "user":
            continue
        text = " ".join(turn.content.split())
        if not questions:
            text = _cut(text, left)
        if not text or (tokens := estimate_tokens(text)) > left:
            break
        left -= tokens
        questions.insert(0, text)
        again: Dependence = dependence(text, detect(text).language)
        if again != "certain" or len(questions) == _TURNS_BACK:
            break
    answers = [strip_marks(t.content) for t in history if t.role == "assistant"][-1:]
    answer = " ".join(" ".join(answers).split()[:_ANSWER_WORDS])
    return "\n".join(questions), _cut(answer, left)


def _cut(text: str, tokens: int) -> str:
    """The first words of a text that take no more than so many tokens."""
    words = text.split()
    while words and estimate_tokens(" ".join(words)) > tokens:
        words.pop()
    return " ".join(words)
