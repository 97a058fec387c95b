"""Generating an answer sentence by sentence, each checked before it is let out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from assistant.answering.checks import Claim, first_reason
from assistant.answering.citations import attribute, strip_marks
from assistant.answering.prompt import build_prompt
from assistant.language import Language, split_sentences
from assistant.models.generator import Generator
from assistant.retrieval.evidence import Evidence


@dataclass(frozen=True)
class Draft:
    """A generated sentence, what it rests on, and the reason against it, if there is one."""

    text: str
    cited: Sequence[Evidence]
    reason: str | None

    @property
    def marked(self) -> str:
        """The sentence with a mark for each piece of evidence that it rests on."""
        return self.text + "".join(f" [{item.number}]" for item in self.cited)


async def generate(
    generator: Generator,
    question: str,
    evidence: Sequence[Evidence],
    language: Language,
    max_tokens: int,
) -> AsyncGenerator[Draft, None]:
    """Sentences of an answer as they are completed, with the verdict of the checks.

    Raises:
        UnavailableError: The generator fails; sentences given before stay valid.
    """
    prompt = build_prompt(question, evidence, language)
    async with aclosing(generator.stream(prompt, max_tokens)) as pieces:
        async for sentence in sentences_of(pieces):
            if text := strip_marks(sentence):
                cited = attribute(sentence, evidence)
                reason = first_reason(Claim(text, language, question, cited))
                yield Draft(text, cited, reason)


async def sentences_of(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Whole sentences of a text that arrives in pieces.

    A sentence is known to be complete when the next one has begun, so that a citation mark
    after the full stop stays with it.
    """
    buffer = ""
    async for piece in pieces:
        buffer += piece
        spans = split_sentences(buffer)
        for span in spans[:-1]:
            yield buffer[span.start : span.end]
        if len(spans) > 1:
            buffer = buffer[spans[-1].start :]
    for span in split_sentences(buffer):
        yield buffer[span.start : span.end]
