"""Generating an answer sentence by sentence, each judged before it is let out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from statistics import fmean

import regex

from assistant.answering.claim import (
    Claim,
    Rejection,
    blank_marks,
    echoes,
    marked_numbers,
    same_words,
    strip_marks,
)
from assistant.answering.generation.citations import Citations
from assistant.answering.prompting.grammar import answer_grammar
from assistant.answering.prompting.prompt import build_prompt
from assistant.answering.verdict.judge import QuestionJudge, Verdict
from assistant.language import Language, quantities_in, split_sentences
from assistant.language.lexicon import alternatives
from assistant.language.mood import as_statement
from assistant.models.piece import Piece
from assistant.models.session import CutOffError, GenerationSession, Prompt
from assistant.retrieval.evidence import Evidence

# The beginning of a citation mark, which still belongs to the sentence before it.
_MARK_BEGUN = regex.compile(r"\[[\p{Nd},،\s\[\]]*")
# What may go on with a date ("2026. 3"), too.
_FIGURES_BEGUN = regex.compile(r"[\p{Nd}.\s]+")
#: Characters within which a date that begins behind a number ends.
_LONGEST_DATE = 24


# What stands before a sentence and is not of it: a dash, a number or a letter of a list that it
# was copied from, and "Answer:"; a citation mark may stand before that.
_LABEL = regex.compile(
    r"^(?<marks>(?:\[\p{Nd}+\]\s*)*)"
    r"(?:(?:\p{Nd}{1,2}\s?(?:[.)]|[-–—](?=\s))|[-–•*]|[①-⑳])\s*"
    r"(?=[\p{L}«“\"(]|\p{Nd}{1,2}\s?[.)\-–—]\s)"
    rf"|(?:{alternatives(lambda words: words.verdict.labels)})"
    rf"(?: (?:{alternatives(lambda words: words.verdict.verbs)}))?\s*[:：]\s*)+",
    regex.IGNORECASE,
)


#: An answer ends with so many sentences that may not be shown: what follows is no better.
_REJECTIONS = 2


@dataclass(frozen=True)
class Task:
    """What is to be answered.

    Attributes:
        question: The stand-alone question.
        evidence: What the answer may use; at least one piece.
        language: The language to answer in.
        max_tokens: Where the answer is cut off.
    """

    question: str
    evidence: Sequence[Evidence]
    language: Language
    max_tokens: int


@dataclass(frozen=True)
class GeneratedSentence:
    """A sentence as it was generated.

    Attributes:
        text: With its citation marks.
        logprobs: For each character, the logarithm of the probability of the piece whose last
            letter or digit it is; None for all others and where the server does not tell.
    """

    text: str
    logprobs: Sequence[float | None]

    @property
    def body(self) -> str:
        """The sentence with its marks, without a list's number and the like before it."""
        found = self._label
        return f"{found['marks']}{self.text[found.end() :]}" if found else self.text

    @property
    def _label(self) -> regex.Match[str] | None:
        """What stands before it and is not of it; a date is ("31. March", "3. 1.부터")."""
        found = _LABEL.match(self.text)
        if found is None:
            return None
        behind = quantities_in(self.text[: found.end() + _LONGEST_DATE])
        dates = [q for q in behind if q.kind == "date"]
        # A month without its day has it before it.
        days = [found.end() + bool(date.month and not date.day) for date in dates]
        begun = any(q.span.start < day for q, day in zip(dates, days, strict=True))
        return None if begun else found

    @property
    def certainty(self) -> float | None:
        """How sure the generator was of it (`Claim.certainty`), without marks and what stands
        before it."""
        found = self._label
        end = found.end() if found else 0
        unmarked = blank_marks(" " * end + self.text[end:])
        pieces = [
            logprob
            for character, logprob in zip(unmarked, self.logprobs, strict=True)
            if logprob is not None and character.strip()
        ]
        return fmean(pieces) if pieces else None


@dataclass(frozen=True)
class DraftSentence:
    """A generated sentence, what it rests on, and what was decided on it.

    Attributes:
        sentence: As it was generated, with its marks.
        cited: The evidence that it rests on; none where it was refused unread.
        verdict: Whether it may be shown, and why.
    """

    sentence: str
    cited: Sequence[Evidence]
    verdict: Verdict

    @property
    def rejection(self) -> Rejection | None:
        """Why it must not be shown, or None."""
        return self.verdict.rejection

    @property
    def marked(self) -> str:
        """The sentence with a mark for each piece of evidence that it rests on.

        Right marks stay where they are, since a sentence may need them ("as [1] says"); a
        sentence does not begin with one.
        """
        numbers = [item.number for item in self.cited]
        if marked_numbers(self.sentence) == numbers and not self.sentence.startswith("["):
            return self.sentence
        return strip_marks(self.sentence) + "".join(f" [{number}]" for number in numbers)


async def generate(
    session: GenerationSession,
    judge: QuestionJudge,
    citations: Citations,
    task: Task,
    on_first_token: Callable[[], None],
) -> AsyncGenerator[DraftSentence, None]:
    """Sentences of an answer with their verdicts, as they are completed.

    An answer ends where the generator begins to repeat itself, which a small model does not stop
    by itself, and after so many sentences that may not be shown.

    Args:
        session: Where the answer comes from.
        judge: What judges its sentences.
        citations: The evidence that they cite; it grows where a sentence rests on something else.
        task: What to answer.
        on_first_token: Called when the first piece arrives.

    Raises:
        UnavailableError: The generator fails; sentences given before stay valid.
    """
    messages = build_prompt(task.question, task.evidence, task.language)
    rules = answer_grammar(task.question, task.evidence, task.language)
    prompt = Prompt(messages, task.max_tokens, rules)
    earlier: list[str] = []
    rejected = 0
    async with (
        aclosing(session.stream(prompt)) as pieces,
        aclosing(sentences_of(_announced(pieces, on_first_token))) as sentences,
    ):
        async for raw in sentences:
            body = raw.body
            if task.language == "ko" and not echoes(strip_marks(body), task.question):
                body = as_statement(body)
            text = strip_marks(body)
            if not text:
                continue
            if any(same_words(text, other) for other in earlier):
                return
            earlier.append(text)
            draft = await _judged(body, raw.certainty, judge, citations, task)
            yield draft
            rejected += draft.rejection is not None
            if rejected == _REJECTIONS:
                return


async def _judged(
    sentence: str,
    certainty: float | None,
    judge: QuestionJudge,
    citations: Citations,
    task: Task,
) -> DraftSentence:
    marks = marked_numbers(sentence)
    claim = Claim(strip_marks(sentence), task.language, task.question, marks, certainty)
    verdict = await judge.judge(claim)
    cited = () if verdict.rejection else citations.of(marks, verdict.supports)
    return DraftSentence(sentence, cited, verdict)


async def _announced(
    pieces: AsyncIterator[str], on_first: Callable[[], None]
) -> AsyncGenerator[str, None]:
    first = True
    async for piece in pieces:
        if first:
            on_first()
            first = False
        yield piece


def _spread(piece: str) -> list[float | None]:
    """The logprob of a piece at its last letter or digit, None at its other characters."""
    told = piece.logprob if isinstance(piece, Piece) else None
    last = max((i for i, character in enumerate(piece) if character.isalnum()), default=None)
    return [told if i == last else None for i in range(len(piece))]


async def sentences_of(
    pieces: AsyncIterator[str],
) -> AsyncGenerator[GeneratedSentence, None]:
    """Whole sentences of a text that arrives in pieces.

    A sentence is known to be complete when the next one has begun, so that a citation mark
    after the full stop stays with it. When the text is cut off, its last sentence is left out.
    """
    buffer, logprobs = "", list[float | None]()
    try:
        async for piece in pieces:
            buffer += piece
            logprobs += _spread(piece)
            spans = split_sentences(buffer)
            last = buffer[spans[-1].start :] if spans else ""
            if len(spans) < 2 or _MARK_BEGUN.fullmatch(last) or _FIGURES_BEGUN.fullmatch(last):
                continue
            for start, end in spans[:-1]:
                yield GeneratedSentence(buffer[start:end], logprobs[start:end])
            buffer, logprobs = buffer[spans[-1].start :], logprobs[spans[-1].start :]
    except CutOffError:
        return
    for start, end in split_sentences(buffer):
        yield GeneratedSentence(buffer[start:end], logprobs[start:end])
