"""From a follow-up to a question that stands alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

import regex

from assistant.answering.claim import same_words, strip_marks
from assistant.answering.follow_ups.dependence import Dependence, content_words, dependence
from assistant.answering.prompting.grammar import grammar
from assistant.answering.prompting.prompt import fenced, render
from assistant.answering.question import Question, Turn
from assistant.errors import UnavailableError
from assistant.language import (
    Language,
    detect,
    estimate_tokens,
    normalize_arabic,
    split_sentences,
    unsupported_quantities,
)
from assistant.language.polarity import denies
from assistant.models.session import CutOffError, GenerationSession, Prompt

#: Tokens that a rewritten question may take.
_REWRITE_TOKENS = 48
#: Words of the last answer that are read: it begins with what it is about.
_ANSWER_WORDS = 40
#: Questions that are gone back, as long as they are follow-ups themselves.
_TURNS_BACK = 3
_QUOTATION = "\"'“”‘’«»「」 \t\n"
_LABEL = regex.compile(r"^\p{L}[\p{L} ]{2,40}[:：]\s*")
_QUESTION_MARK = regex.compile(r"[?？؟]\W*$")

Origin = Literal["asked", "rewritten", "carried"]


@dataclass(frozen=True)
class StandAlone:
    """A question that is searched for and answered.

    Attributes:
        text: The question.
        language: The language that it is in.
        origin: ``asked`` as it was typed, ``rewritten`` by the generator, or ``carried``: with
            the question before it.
        rewrite: What the generator made of the question, if it was asked to.
        rejected: Why that was not used, or None.
        follows: The beginning of the answer that it follows up on, without marks; empty where it
            stands alone.
    """

    text: str
    language: Language
    origin: Origin = "asked"
    rewrite: str | None = None
    rejected: str | None = None
    follows: str = ""


@dataclass(frozen=True)
class _Context:
    """What a follow-up may refer to."""

    earlier: str
    answer: str

    @property
    def text(self) -> str:
        return f"{self.earlier}\n{self.answer}"


class FollowUps:
    """Finds out what a question means in its conversation.

    Args:
        history_tokens: Estimated tokens of the conversation that are used; 0 for none.
    """

    def __init__(self, history_tokens: int) -> None:
        self._history_tokens = history_tokens

    async def readings(
        self, question: Question, session: GenerationSession
    ) -> AsyncGenerator[StandAlone, None]:
        """What the question may mean, the best first; each is worth a search only where the one
        before it finds nothing.

        A question that stands alone is taken as it is. One that depends on the conversation is
        rewritten by the generator. A rewrite that fails a check, and a follow-up in another
        language than the question before it, is replaced by the two questions together.
        """
        text, language = question.text, question.detection.language
        context = self._context(question.history)
        needs = dependence(text, language) if context else "none"
        if context is None or needs == "none":
            yield StandAlone(text, language)
            return
        follows = context.answer
        if needs == "possible":
            yield StandAlone(text, language, follows=follows)
            yield _carried(context, text)
            return
        rewrite, rejected = await self._rewrite(text, context, language, session)
        if rewrite and not rejected:
            if same_words(rewrite, text):
                yield StandAlone(text, language, "asked", rewrite, follows=follows)
                yield _carried(context, text, rewrite)
                return
            yield StandAlone(rewrite, language, "rewritten", rewrite, follows=follows)
        yield _carried(context, text, rewrite, rejected)
        yield StandAlone(text, language, "asked", rewrite, rejected, follows)

    def _context(self, history: Sequence[Turn]) -> _Context | None:
        """The last question and the beginning of its answer, as far as the budget goes; for a
        follow-up also the question before it."""
        left = self._history_tokens
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
        if not questions:
            return None
        answers = [strip_marks(t.content) for t in history if t.role == "assistant"][-1:]
        answer = " ".join(" ".join(answers).split()[:_ANSWER_WORDS])
        return _Context("\n".join(questions), _cut(answer, left))

    async def _rewrite(
        self, question: str, context: _Context, language: Language, session: GenerationSession
    ) -> tuple[str | None, str | None]:
        """The rewritten question and the reason against it."""
        if detect(context.earlier).language != language:
            return None, "the question before it is in another language"
        values: dict[str, object] = {
            "earlier": fenced(context.earlier),
            "answer": fenced(context.answer),
            "question": fenced(question),
        }
        prompt = Prompt(render("follow_up", language, values), _REWRITE_TOKENS, grammar(language))
        text = ""
        try:
            async with aclosing(session.stream(prompt)) as pieces:
                async for piece in pieces:
                    text += piece
                    if "\n" in text.strip():
                        break
        except CutOffError:
            return text, "it is cut off"
        except UnavailableError:
            return None, "the generator is not available"
        rewrite = _LABEL.sub("", text.strip().split("\n")[0]).strip(_QUOTATION)
        return rewrite, reason_against(rewrite, question, context.text, language)


def _carried(
    context: _Context, question: str, rewrite: str | None = None, rejected: str | None = None
) -> StandAlone:
    text = f"{context.earlier}\n{question}"
    language = detect(text).language
    return StandAlone(text, language, "carried", rewrite, rejected, context.answer)


def reason_against(rewrite: str, question: str, history: str, language: Language) -> str | None:
    """Why a rewritten follow-up cannot stand for the follow-up, or None.

    It must say all that the follow-up says and add nothing that was not said before.

    Args:
        rewrite: What was made of the follow-up.
        question: The follow-up as it was typed.
        history: What it may refer to.
        language: The follow-up's.
    """
    if not _QUESTION_MARK.search(rewrite) or len(split_sentences(rewrite)) != 1:
        return "it is not one question"
    found = detect(rewrite)
    if found.language != language or not found.supported:
        return "it is in another language"
    if estimate_tokens(rewrite) > estimate_tokens(question) + estimate_tokens(history):
        return "it is longer than what was said"
    said = _words(question, language)
    wording = _words(rewrite, language)
    if lost := [word for word in said if not _among(word, wording)]:
        return f"it leaves out {', '.join(lost)}"
    known = [*said, *_words(history, language)]
    if added := [word for word in wording if not _among(word, known)]:
        return f"nobody has said {', '.join(added)}"
    if unsupported_quantities(question, [rewrite]) or unsupported_quantities(
        rewrite, [question, history]
    ):
        return "its numbers are others"
    if denies(question) and not denies(rewrite):
        return "it denies less"
    if denies(rewrite) and not denies(question) and not denies(history):
        return "it denies more"
    return None


def _cut(text: str, tokens: int) -> str:
    """The first words of a text that take no more than so many tokens."""
    words = text.split()
    while words and estimate_tokens(" ".join(words)) > tokens:
        words.pop()
    return " ".join(words)


def _words(text: str, language: Language) -> list[str]:
    if language == "ar":  # whole words: stems of one word differ with its clitics
        plain = normalize_arabic(text)
        return [w for w in regex.findall(r"\p{L}{3,}", plain) if content_words(w, language)]
    return content_words(text, language)


def _among(word: str, others: Sequence[str]) -> bool:
    """Whether a word or another form of it is there: forms share most of their letters."""
    return any(word == other or _alike(word, other) for other in others)


def _alike(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    if regex.fullmatch(r"\p{Script=Hangul}{2,}", short):
        return short in long
    if len(short) < 3 or not regex.search(r"\p{Script=Arabic}", short):
        return False
    stem = max(3, round(len(short) * 0.7))
    return any(short[i : i + stem] in long for i in range(len(short) - stem + 1))
