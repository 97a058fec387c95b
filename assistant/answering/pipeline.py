"""The way of a question: search, evidence, answerable or not, generation, verdict, reply."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import regex

from assistant.answering.clock import Clock
from assistant.answering.follow_ups.interpretation import interpretations_of
from assistant.answering.generation.citations import Citations
from assistant.answering.generation.drafts import DraftSentence, Task, generate
from assistant.answering.question import Question
from assistant.answering.quoting.direct import is_direct
from assistant.answering.quoting.notes import QuoteNotes, notes_on
from assistant.answering.reply import EvidenceFound, Reply, ReplyEvent, SentenceReady
from assistant.answering.trace import ReplyTrace, SearchStep
from assistant.answering.translation.quotes import QuoteTranslator, Translation
from assistant.answering.verdict.judge import Judge, QuestionContext
from assistant.answering.verdict.refusals import about_sources
from assistant.answering.wording import texts as wording
from assistant.answering.wording.phrases import phrases
from assistant.codes import Outcome
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.passage import Passage
from assistant.language import Detection
from assistant.models.session import GenerationSession, TextGenerator
from assistant.retrieval.answerable import Gate
from assistant.retrieval.cosines import Cosines
from assistant.retrieval.evidence import Evidence, select_evidence
from assistant.retrieval.search import Retriever
from assistant.settings import Settings
from assistant.spans import spanned

_log = logging.getLogger(__name__)

#: Quotes of a reply that has nothing else: the best one and two more.
_QUOTED = 3
#: Passages from which evidence is taken.
_PASSAGES = 8
_WORD_CHARS = regex.compile(r"[\p{L}\p{Nd}]")


@dataclass
class _Run:
    """One question on its way, as far as it has come."""

    detection: Detection
    session: GenerationSession
    clock: Clock = field(default_factory=Clock)
    searches: list[SearchStep] = field(default_factory=list)
    evidence: Sequence[Evidence] = ()
    noted: dict[int, QuoteNotes] = field(default_factory=dict)
    drafts: list[DraftSentence] = field(default_factory=list)
    translations: Sequence[Translation] = ()
    failed: bool = False

    @property
    def search(self) -> SearchStep:
        """The search that counts: the last one where it passed, else the first."""
        last = self.searches[-1]
        return last if last.decision.passed else self.searches[0]

    @property
    def passed(self) -> list[DraftSentence]:
        """The sentences that may be shown."""
        return [draft for draft in self.drafts if draft.rejection is None]

    @property
    def gave_up(self) -> bool:
        """Whether the generator said nothing but that the sources do not mention what was asked."""
        return bool(self.drafts) and all(
            draft.rejection is not None and draft.rejection.check == about_sources.__name__
            for draft in self.drafts
        )

    @property
    def direct(self) -> bool:
        """Whether the best quote is thought to answer the question, by the generator, too."""
        search = self.search
        likely = is_direct(search.question.asks, self.evidence[0], search.decision.probability)
        return likely and not self.gave_up

    @property
    def translated(self) -> dict[int, str]:
        """By the number of the quote, the translations that may be shown."""
        return {item.number: item.text for item in self.translations if item.rejection is None}

    def notes(self, evidence: Sequence[Evidence]) -> Mapping[int, QuoteNotes]:
        """What a reader is told of pieces of evidence, by their numbers; each is read once."""
        new = [item for item in evidence if item.number not in self.noted]
        self.noted |= notes_on(new, self.search.question.asks, self.detection.language)
        return {item.number: self.noted[item.number] for item in evidence}

    def trace(self) -> ReplyTrace:
        """Every decision so far."""
        return ReplyTrace(
            self.detection,
            self.searches,
            self.evidence,
            self.drafts,
            self.translations,
            self.clock.marks,
            self.failed,
        )


class Assistant:
    """Answers questions from the indexed documents, with evidence for every sentence.

    Args:
        settings: Limits.
        retriever: Finds passages.
        gate: Says whether they can answer a question.
        generator: Words the answer.
        judge: Says which sentences of it may be shown.
        cosines: What the embedder's cosines mean.

    Example:
        >>> async for event in assistant.stream(Question("Who may apply for the exchange?")):
        ...     print(event)
    """

    def __init__(
        self,
        settings: Settings,
        retriever: Retriever,
        gate: Gate,
        generator: TextGenerator,
        judge: Judge,
        cosines: Cosines,
    ) -> None:
        self._settings = settings
        self._retriever = retriever
        self._gate = gate
        self._generator = generator
        self._judge = judge
        self._translator = QuoteTranslator(retriever.embedder, cosines.translation)
        self._spread = cosines.spread

    async def reply(self, question: Question) -> Reply:
        """The whole reply to a question that nobody has checked. See `check` and `stream`."""
        self.check(question.text)
        async with aclosing(self.stream(question)) as events:
            async for event in events:
                if isinstance(event, Reply):
                    return event
        raise AssertionError("stream() ends with a Reply")

    async def stream(
        self, question: Question, session: GenerationSession | None = None
    ) -> AsyncGenerator[ReplyEvent, None]:
        """`EvidenceFound` at once (unless nothing was found), then `SentenceReady` for each
        sentence that may be shown, then the `Reply`. Where a sentence rests on something else
        that was found, another `EvidenceFound` with that comes before it. Closing the iterator
        stops generation.

        Args:
            question: What is asked; `check` has found it in order.
            session: The generator's work for it; by default one with the service's own options.

        Raises:
            UnavailableError: The index fails. A failing generator only makes the reply
                ``quoted``.
        """
        run = _Run(question.reply_language, session or GenerationSession(self._generator))
        with run.clock.step("retrieval"):
            await self._find(question, run)
        if not run.search.decision.passed:
            run.clock.mark("evidence")
            yield self._not_found(run)
            return
        with run.clock.step("evidence"):
            run.evidence = select_evidence(
                run.search.question.asks,
                run.search.found.articles or run.search.hits,
                self._settings.evidence_tokens,
                self._spread,
            )
        if not run.evidence:
            yield self._not_found(run)
            return
        yield EvidenceFound(run.detection.language, run.evidence, run.notes(run.evidence))
        await run.session.add_documents(item.passage.document_id for item in run.evidence)
        citations = Citations(run.evidence, self._spread)
        try:
            async with aclosing(spanned("generation", self._drafts(run, citations))) as drafts:
                async for draft in drafts:
                    run.drafts.append(draft)
                    if draft.rejection is not None:
                        continue
                    if len(citations.evidence) > len(run.evidence):
                        run.evidence = tuple(citations.evidence)
                        await run.session.add_documents(
                            e.passage.document_id for e in citations.added
                        )
                        yield EvidenceFound(
                            run.detection.language, run.evidence, run.notes(run.evidence)
                        )
                    yield SentenceReady(draft.marked)
        except UnavailableError as error:
            _log.error("The generator failed: %s", error)
            run.failed = True
        run.clock.mark("generation")
        if run.passed:
            cited = {item.number for draft in run.passed for item in draft.cited}
            shown: Sequence[Evidence] = [e for e in run.evidence if e.number in cited]
            await self._translate(shown, run)
            yield self._reply("answered", wording.answered(run.passed), shown, run)
        elif not run.failed and run.gave_up and run.search.decision.doubtful:
            yield self._not_found(run)
        else:
            shown = run.evidence[:_QUOTED]
            await self._translate(shown, run)
            answer = wording.quoted(
                shown,
                {number: note.facts for number, note in run.notes(shown).items()},
                run.translated,
                run.detection.language,
                direct=run.direct,
                announced=not run.failed,
            )
            yield self._reply("quoted", answer, shown, run)

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

    async def _find(self, question: Question, run: _Run) -> None:
        """Search for what the question may mean, until something is found that answers it."""
        for reading in interpretations_of(question, self._settings.history_tokens):
            found = await self._retriever.search(
                reading.text,
                _PASSAGES,
                question.scope,
                reader=run.detection.language,
                language=reading.language,
            )
            decision = self._gate.decide(found.hits)
            if found.articles:  # what stands in an article is what it says
                decision = replace(decision, probability=1.0)
            step = SearchStep(reading, found, decision)
            run.searches.append(step)
            run.clock.mark(f"search {len(run.searches)}")
            if step.decision.passed:
                return

    def _drafts(self, run: _Run, citations: Citations) -> AsyncGenerator[DraftSentence, None]:
        question = run.search.question.text
        asked = QuestionContext(
            question,
            run.search.hits,
            run.search.found.query,
            run.search.decision.probability,
            frozenset(item.number for item in run.evidence),
            run.search.question.follows,
            run.search.question.asks,
        )
        task = Task(question, run.evidence, run.detection.language, self._settings.answer_tokens)
        return generate(
            run.session,
            self._judge.on(asked),
            citations,
            task,
            lambda: run.clock.mark("first_token"),
        )

    async def _translate(self, quotes: Sequence[Evidence], run: _Run) -> None:
        if self._settings.translate_quotes and not run.failed:
            with run.clock.step("translation"):
                run.translations = await self._translator.translate(
                    quotes, run.detection.language, run.session
                )

    def _not_found(self, run: _Run) -> Reply:
        nearest = wording.nearest_documents(run.search.hits)
        answer = wording.not_found(nearest, run.detection.language)
        return self._reply("not_found", answer, (), run, nearest)

    def _reply(
        self,
        outcome: Outcome,
        answer: str,
        citations: Sequence[Evidence],
        run: _Run,
        nearest: Sequence[Passage] = (),
    ) -> Reply:
        words = phrases(run.detection.language)
        notices = [words.other_language] if not run.detection.supported else []
        if run.failed:
            notices.append(words.incomplete if run.passed else words.generator_unavailable)
        articles = run.search.found.articles
        if len({hit.passage.document_id for hit in articles}) > 1:
            notices.append(wording.several(articles, run.detection.language))
        return Reply(
            outcome=outcome,
            answer=answer,
            language=run.detection.language,
            citations=citations,
            notes=run.notes(citations),
            direct=outcome == "answered" or (outcome == "quoted" and run.direct),
            model=self._generator.model,
            timings=run.clock.timings(),
            trace=run.trace(),
            nearest=nearest,
            notice=" ".join(notices) or None,
            translations=run.translated,
        )
