"""What the assistant returns: events while it works, and the reply at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answering.clock import StepTimings
from assistant.answering.quoting.notes import QuoteNotes
from assistant.answering.trace import ReplyTrace
from assistant.codes import Outcome
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.retrieval.evidence import Evidence


@dataclass(frozen=True)
class EvidenceFound:
    """First event: the evidence, at once, before anything is generated."""

    language: Language
    evidence: Sequence[Evidence]
    notes: Mapping[int, QuoteNotes] = field(default_factory=dict)


@dataclass(frozen=True)
class SentenceReady:
    """A sentence of the answer, with its citation marks, that may be shown."""

    text: str


@dataclass(frozen=True)
class Reply:
    """Last event: the whole reply.

    Attributes:
        outcome: ``answered``, ``quoted`` or ``not_found``.
        answer: Text to show, with citation marks.
        language: The language of the reply.
        citations: The evidence that the answer cites.
        notes: By number, what a reader is told of them.
        direct: Whether what is quoted is thought to answer the question.
        nearest: For ``not_found``: one passage of each of the nearest documents.
        notice: Something the reader should know, in the reply's language.
        model: The generator.
        timings: How long the steps took.
        trace: Every decision that led to it. It has sentences that were rejected, which are for
            no reader.
        translations: By number, machine translations of citations in other languages.
    """

    outcome: Outcome
    answer: str
    language: Language
    citations: Sequence[Evidence]
    model: str
    timings: StepTimings
    trace: ReplyTrace
    nearest: Sequence[Passage] = ()
    notes: Mapping[int, QuoteNotes] = field(default_factory=dict)
    direct: bool = True
    notice: str | None = None
    translations: Mapping[int, str] = field(default_factory=dict)


ReplyEvent = EvidenceFound | SentenceReady | Reply
