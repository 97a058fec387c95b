"""The way of a question: search, evidence, answerable or not, generation, checks, reply."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import regex

from assistant.answering.checks import Check, default_checks
from assistant.answering.generation import Draft, Task, generate
from assistant.answering.phrases import phrases
from assistant.answering.reply import (
    Event,
    EvidenceFound,
    Outcome,
    Question,
    Reply,
    SentenceReady,
    Timings,
)
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.passage import Passage
from assistant.language import Detection, Language, detect
from assistant.models.generator import Generator
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.evidence import Evidence, select_evidence
from assistant.retrieval.hits import Hit
from assistant.retrieval.search import Searcher
from assistant.settings import Settings

_log = logging.getLogger(__name__)

#: Passages from which evidence is taken.
_PASSAGES = 8
_NEAREST_DOCUMENTS = 3
_WORD_CHARS = regex.compile(r"[\p{L}\p{Nd}]")


@dataclass
class _Clock:
    """Milliseconds from the question's arrival to each step."""

    began: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, step: str) -> None:
        self.marks.setdefault(step, (time.perf_counter() - self.began) * 1000)

    def timings(self) -> Timings:
        self.mark("total")
        return Timings(
            retrieval=self.marks["retrieval"],
            evidence=self.marks["evidence"],
            first_token=self.marks.get("first_token"),
            total=self.marks["total"],
        )


class Assistant:
    """Answers questions from the indexed documents, with evidence for every sentence.

    Args:
        settings: Limits.
        searcher: Finds passages.
        gate: Says whether they can answer a question.
        generator: Words the answer.
        checks: What each sentence must pass; by default all, as fitted for the embedder.

    Example:
        >>> async for event in assistant.stream(Question("Who may apply for the exchange?")):
        ...     print(event)
    """

    def __init__(
        self,
        settings: Settings,
        searcher: Searcher,
        gate: AnswerableGate,
        generator: Generator,
        checks: Sequence[Check] | None = None,
    ) -> None:
        self._settings = settings
        self._searcher = searcher
        self._gate = gate
        self._generator = generator
        self._checks = checks or default_checks(searcher.embedder.model_name)

    async def reply(self, question: Question) -> Reply:
        """The whole reply. See `stream`."""
        async with aclosing(self.stream(question)) as events:
            async for event in events:
                if isinstance(event, Reply):
                    return event
        raise AssertionError("stream() ends with a Reply")

    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        """`EvidenceFound` at once (unless nothing was found), then `SentenceReady` for each
        sentence that passed the checks, then the `Reply`. Closing the iterator stops generation.

        Raises:
            InvalidInputError: The question is empty, too short to mean anything, or too long.
            UnavailableError: The index fails. A failing generator only makes the reply
                ``quoted``.
        """
        self.check(question.text)
        clock = _Clock()
        detection = _reply_language(question)
        asked, hits = await self._find(question, detection.language)
        clock.mark("retrieval")
        if not self._gate.passes(hits):
            clock.mark("evidence")
            yield self._not_found(detection, hits, clock)
            return
        evidence = select_evidence(hits, self._settings.evidence_tokens)
        clock.mark("evidence")
        yield EvidenceFound(detection.language, evidence)
        drafts: list[Draft] = []
        failed = False
        try:
            async with aclosing(self._drafts(asked, evidence, detection.language, clock)) as stream:
                async for draft in stream:
                    if draft.rejection is None:
                        drafts.append(draft)
                        yield SentenceReady(draft.marked)
        except UnavailableError as error:
            _log.error("The generator failed: %s", error)
            failed = True
        yield self._compose(detection, evidence, drafts, failed, clock)

    def check(self, text: str) -> None:
        """Refuse a question that cannot be answered as it stands.

        Raises:
            InvalidInputError: It is too short to mean anything, or too long.
        """
        limit = self._settings.max_question_chars
        if len(text) > limit:
            raise InvalidInputError(
                f"The question has {len(text):,} characters; at most {limit:,} are read.",
                "Shorten it to what you want to know.",
            )
        if len(_WORD_CHARS.findall(text)) < 2:
            raise InvalidInputError(
                "The question has no words.", "Ask in a few words or a whole sentence."
            )

    async def _find(self, question: Question, language: Language) -> tuple[str, list[Hit]]:
        """Passages for the question; for a follow-up that finds nothing by itself, for the
        question together with the one before it."""
        asked = question.text
        hits = await self._hits(asked, question, language)
        earlier = [turn.content for turn in question.history if turn.role == "user"]
        if earlier and not self._gate.passes(hits):
            joined = f"{earlier[-1][: self._settings.max_question_chars]}\n{asked}"
            carried = await self._hits(joined, question, language)
            if self._gate.passes(carried):
                return joined, carried
        return asked, hits

    async def _hits(self, text: str, question: Question, language: Language) -> list[Hit]:
        found = await self._searcher.search(text, _PASSAGES, question.scope, language)
        return list(found.hits)

    def _drafts(
        self, asked: str, evidence: Sequence[Evidence], language: Language, clock: _Clock
    ) -> AsyncGenerator[Draft, None]:
        task = Task(asked, evidence, language, self._settings.answer_tokens, self._checks)
        return generate(
            self._generator,
            self._searcher.embedder,
            task,
            lambda: clock.mark("first_token"),
        )

    def _not_found(self, detection: Detection, hits: Sequence[Hit], clock: _Clock) -> Reply:
        nearest = list({h.passage.document_id: h.passage for h in reversed(hits)}.values())[::-1]
        nearest = nearest[:_NEAREST_DOCUMENTS]
        words = phrases(detection.language)
        lines = [words.not_found]
        if nearest:
            lines += [words.nearest, *(f"- {passage.title}" for passage in nearest)]
        return self._reply("not_found", "\n".join(lines), detection, (), clock, nearest)

    def _compose(
        self,
        detection: Detection,
        evidence: Sequence[Evidence],
        drafts: Sequence[Draft],
        failed: bool,
        clock: _Clock,
    ) -> Reply:
        words = phrases(detection.language)
        notice = words.generator_unavailable if failed else None
        if drafts:
            cited = {item.number for draft in drafts for item in draft.cited}
            answer = " ".join(draft.marked for draft in drafts)
            citations = [item for item in evidence if item.number in cited]
            return self._reply("answered", answer, detection, citations, clock, notice=notice)
        quotes = [
            words.quoted_item.format(quote=" ".join(item.quote.split()), number=item.number)
            for item in evidence
        ]
        answer = "\n\n".join(([] if failed else [words.quoted]) + quotes)
        return self._reply("quoted", answer, detection, evidence, clock, notice=notice)

    def _reply(
        self,
        outcome: Outcome,
        answer: str,
        detection: Detection,
        citations: Sequence[Evidence],
        clock: _Clock,
        nearest: Sequence[Passage] = (),
        notice: str | None = None,
    ) -> Reply:
        language = detection.language
        if not detection.supported:
            notice = " ".join(filter(None, (phrases(language).other_language, notice)))
        return Reply(
            outcome=outcome,
            answer=answer,
            language=language,
            citations=citations,
            model=self._generator.model,
            timings=clock.timings(),
            nearest=nearest,
            notice=notice,
        )


def _reply_language(question: Question) -> Detection:
    return Detection(question.language) if question.language else detect(question.text)
