"""Generating an answer sentence by sentence, each checked before it is let out."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence, Set
from contextlib import aclosing
from dataclasses import dataclass, replace

import regex

from assistant.answering.checks import (
    INCOMPLETE,
    MARK,
    Check,
    Claim,
    Rejection,
    first_rejection,
    same_words,
)
from assistant.answering.citations import attribute, marked_numbers, strip_marks
from assistant.answering.grammar import grammar
from assistant.answering.prompt import build_prompt, build_verification
from assistant.answering.support import SupportFinder
from assistant.answering.verification import Verifier
from assistant.language import Language, quantities_in, split_sentences
from assistant.models.embedder import SentenceTransformerEmbedder, Vectors
from assistant.models.generator import CutOffError, Exchange, Generator
from assistant.models.piece import Piece
from assistant.retrieval.evidence import Evidence

# The beginning of a citation mark, which still belongs to the sentence before it.
_MARK_BEGUN = regex.compile(r"\[[\p{Nd},،\s\[\]]*")


# What stands before a sentence and is not of it: a dash, a number or a letter of a list that it
# was copied from, and "Answer:"; a citation mark may stand before that.
_LABEL = regex.compile(
    r"^(?<marks>(?:\[\p{Nd}+\]\s*)*)"
    r"(?:(?:\p{Nd}{1,2}\s?[.)\-–—]|[-–•*]|[①-⑳])\s*"
    r"(?=[\p{L}«“\"(]|\p{Nd}{1,2}\s?[.)\-–—]\s)"
    r"|(?:answer|question|답변?|질문|الإجابة|الجواب|السؤال)(?: (?:is|هي|هو))?\s*[:：]\s*)+",
    regex.IGNORECASE,
)


#: How often the generator is asked when nothing that it says passes the checks.
_ATTEMPTS = 2


@dataclass(frozen=True)
class Task:
    """What is to be answered.

    Attributes:
        question: The stand-alone question.
        tokens: Vectors of its tokens, of shape ``(m, d)``.
        evidence: What the answer may use; at least one piece.
        language: The language to answer in.
        max_tokens: Where the answer is cut off.
        checks: What each sentence must pass.
    """

    question: str
    tokens: Vectors
    evidence: Sequence[Evidence]
    language: Language
    max_tokens: int
    checks: Sequence[Check]


@dataclass(frozen=True)
class GeneratedSentence:
    """A sentence as it was generated.

    Attributes:
        text: With its citation marks.
        logprobs: For each character, the logarithm of the probability of the piece whose last
            letter or digit it is; 0 for all others and where the server does not tell.
    """

    text: str
    logprobs: Sequence[float]

    @property
    def body(self) -> str:
        """The sentence with its marks, without a list's number and the like before it."""
        return str(_LABEL.sub(r"\g<marks>", self.text))

    @property
    def confidence(self) -> float:
        """Probability of its least likely number, from 0 to 1; 1 where it has none."""
        unmarked = MARK.sub(_blank, _LABEL.sub(_blank, self.text))
        return min(
            (
                math.exp(sum(self.logprobs[quantity.span.start : quantity.span.end]))
                for quantity in quantities_in(unmarked)
            ),
            default=1.0,
        )


def _blank(found: regex.Match[str]) -> str:
    return " " * len(found[0])


@dataclass(frozen=True)
class Draft:
    """A generated sentence, what it rests on, and the check that it fails, if it fails one.

    Attributes:
        sentence: As it was generated, with its marks.
        cited: The evidence that it rests on.
        rejection: Why it must not be shown, or None.
        nearness: Cosine of the sentence and the nearest sentence of that evidence.
        attempt: In which attempt it was generated, from 1.
    """

    sentence: str
    cited: Sequence[Evidence]
    rejection: Rejection | None
    nearness: float = 0.0
    attempt: int = 1

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
    generator: Generator,
    embedder: SentenceTransformerEmbedder,
    task: Task,
    on_first_token: Callable[[], None],
    verifier: Verifier | None = None,
) -> AsyncGenerator[Draft, None]:
    """Sentences of an answer, with the verdict of the checks.

    They come as they are completed; where there is a verifier, those that pass the checks come
    when the answer is complete and verified.

    An answer ends where a sentence says something wrong: what a small generator says after it is
    no better. One that says nothing may still be followed by the answer.
    When none has passed before it, the generator is asked once more and told what was wrong.

    Args:
        generator: Where the answer comes from.
        embedder: What compares sentences with the evidence.
        task: What to answer.
        on_first_token: Called when the first piece arrives.
        verifier: What judges the answer as a whole.

    Raises:
        UnavailableError: The generator fails; sentences given before stay valid.
    """
    finder = SupportFinder(embedder, task.evidence, task.tokens)
    hints: set[str] = set()
    async with generator.exchange() as exchange:
        for number in range(1, _ATTEMPTS + 1):
            passed: list[Draft] = []
            attempt = _attempt(exchange, finder, task, hints, on_first_token)
            async with aclosing(attempt) as drafts:
                async for checked in drafts:
                    draft = replace(checked, attempt=number)
                    if draft.rejection:
                        hints.add(draft.rejection.hint)
                    else:
                        passed.append(draft)
                    if draft.rejection or not verifier:
                        yield draft
            if passed and verifier:
                rejection = await _verify(verifier, exchange, task, passed)
                for draft in passed:
                    yield replace(draft, rejection=rejection)
            if passed or not hints:
                return


async def _verify(
    verifier: Verifier, exchange: Exchange, task: Task, drafts: Sequence[Draft]
) -> Rejection | None:
    answer = " ".join(strip_marks(draft.sentence) for draft in drafts)
    asking = build_verification(task.question, task.evidence, task.language, answer)
    return await verifier.rejection_of(exchange, asking)


async def _attempt(
    exchange: Exchange,
    finder: SupportFinder,
    task: Task,
    hints: Set[str],
    on_first_token: Callable[[], None],
) -> AsyncGenerator[Draft, None]:
    """One answer, up to a sentence that says something wrong. A small model that begins to repeat
    itself does not stop by itself: there it ends, too."""
    prompt = build_prompt(task.question, task.evidence, task.language, hints)
    earlier: list[str] = []
    async with (
        aclosing(
            exchange.stream(prompt, task.max_tokens, grammar=grammar(task.language))
        ) as pieces,
        aclosing(sentences_of(_announced(pieces, on_first_token))) as sentences,
    ):
        async for raw in sentences:
            sentence = raw.body
            text = strip_marks(sentence)
            if not text:
                continue
            if any(same_words(text, other) for other in earlier):
                return
            earlier.append(text)
            draft = await _checked(sentence, text, raw.confidence, finder, task)
            yield draft
            if draft.rejection and draft.rejection.hint not in INCOMPLETE:
                return


async def _checked(
    sentence: str, text: str, confidence: float, finder: SupportFinder, task: Task
) -> Draft:
    supports = attribute(sentence, await finder.find(text))
    nearest = max(supports, key=lambda support: support.nearness)
    cited = [support.evidence for support in supports]
    claim = Claim(
        text=text,
        language=task.language,
        question=task.question,
        cited=cited,
        support=nearest.sentence,
        nearness=nearest.nearness,
        lag=min(support.lag for support in supports),
        marks=marked_numbers(sentence),
        confidence=confidence,
    )
    return Draft(sentence, cited, first_rejection(claim, task.checks), nearest.nearness)


async def _announced(
    pieces: AsyncIterator[str], on_first: Callable[[], None]
) -> AsyncGenerator[str, None]:
    first = True
    async for piece in pieces:
        if first:
            on_first()
            first = False
        yield piece


def _spread(piece: str) -> list[float]:
    """The logprob of a piece at its last letter or digit, 0 at its other characters."""
    told = piece.logprob if isinstance(piece, Piece) else 0.0
    last = max((i for i, character in enumerate(piece) if character.isalnum()), default=None)
    return [told if i == last else 0.0 for i in range(len(piece))]


async def sentences_of(
    pieces: AsyncIterator[str],
) -> AsyncGenerator[GeneratedSentence, None]:
    """Whole sentences of a text that arrives in pieces.

    A sentence is known to be complete when the next one has begun, so that a citation mark
    after the full stop stays with it. When the text is cut off, its last sentence is left out.
    """
    buffer, logprobs = "", list[float]()
    try:
        async for piece in pieces:
            buffer += piece
            logprobs += _spread(piece)
            spans = split_sentences(buffer)
            if len(spans) < 2 or _MARK_BEGUN.fullmatch(buffer[spans[-1].start :]):
                continue
            for start, end in spans[:-1]:
                yield GeneratedSentence(buffer[start:end], logprobs[start:end])
            buffer, logprobs = buffer[spans[-1].start :], logprobs[spans[-1].start :]
    except CutOffError:
        return
    for start, end in split_sentences(buffer):
        yield GeneratedSentence(buffer[start:end], logprobs[start:end])
