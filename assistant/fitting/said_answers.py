"""What a generator says to the questions of suites, labelled by the answers that the suites know.

It is kept in a file of JSON lines, one question each: asking takes long, and a label may be
corrected by hand.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from assistant.answering.claim import strip_marks
from assistant.answering.pipeline import Assistant
from assistant.answering.question import Question
from assistant.answering.reply import Reply
from assistant.answering.verdict.signals import SIGNALS, Signals
from assistant.calibration import Calibration
from assistant.errors import InvalidInputError, UnavailableError
from assistant.fitting.cache import key_of
from assistant.fitting.json_lines import lines_of, parsed
from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.fitting.verdict_rows import VerdictRow
from assistant.language import Language
from assistant.language.polarity import without_verdict
from assistant.retrieval.hits import Scope
from evals.dataset import Case
from evals.text import contains, normalized

#: The kinds of what was said: from documents in the language of the question, or in another.
ONE_LANGUAGE, ACROSS = "in one language", "across languages"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SaidAnswer(_Strict):
    """A question, and the first sentence that the generator said to it that is not a part of it.

    Attributes:
        generator: Its name.
        made_with: What the signals were read with (`made_with`): of others nothing can be fitted.
        fact, language, target, scope, question: See `LabelledAnswer`.
        text: The sentence without marks; empty where nothing was said.
        right: Whether it answers the question rightly. May be corrected.
        refused: The name of the refusal that holds it back, if one does.
        signals: What was read of it; None for a signal that is not told, and for all where it was
            refused unread.
        support_language: Of what it rests on; None likewise.
    """

    generator: str
    made_with: str
    fact: str
    language: Language
    target: Language | None
    scope: Language | None
    question: str
    text: str = ""
    right: bool = False
    refused: str | None = None
    signals: dict[str, float | None] | None = None
    support_language: Language | None = None

    @field_validator("signals")
    @classmethod
    def _are_the_signals(
        cls, signals: dict[str, float | None] | None
    ) -> dict[str, float | None] | None:
        if signals is not None and set(signals) != set(SIGNALS):
            raise ValueError("they are not the signals of this version")
        told = [value for value in (signals or {}).values() if value is not None]
        if not all(map(math.isfinite, told)):
            raise ValueError("they are not all numbers")
        return signals

    @property
    def row(self) -> VerdictRow | None:
        """What a fit reads; None where there is nothing to decide on."""
        if self.signals is None or self.support_language is None or self.refused:
            return None
        values = {
            name: math.nan if value is None else value for name, value in self.signals.items()
        }
        kind = ONE_LANGUAGE if self.language == self.support_language else ACROSS
        answer = LabelledAnswer(
            self.fact, self.language, self.target, self.scope, self.question, self.text,
            self.right, kind,
        )  # fmt: skip
        return VerdictRow(answer, None, Signals(**values), self.support_language)


class SaidFile:
    """The file that they are kept in.

    Args:
        path: The file, which need not exist.

    Raises:
        InvalidInputError: It cannot be read, or a line is malformed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.answers: list[SaidAnswer] = []
        # Some editors leave the last line without an end.
        self._before = ""
        if path.exists():
            self._before = "" if path.read_bytes()[-1:] in (b"", b"\n") else "\n"
            for number, line in enumerate(lines_of(path), start=1):
                if line.strip():
                    self.answers.append(
                        parsed(SaidAnswer, line, f"{path}:{number}", "Take the line away.")
                    )

    def add(self, answer: SaidAnswer) -> None:
        """Keep one more.

        Raises:
            InvalidInputError: The file cannot be written.
        """
        try:
            with self._path.open("a", encoding="utf-8") as out:
                out.write(f"{self._before}{answer.model_dump_json()}\n")
        except OSError as error:
            raise InvalidInputError(f"{self._path} cannot be written: {error}") from error
        self._before = ""
        self.answers.append(answer)

    def of(self, generator: str, read_with: str) -> list[SaidAnswer]:
        """What this generator said, read with this (`made_with`)."""
        return [a for a in self.answers if (a.generator, a.made_with) == (generator, read_with)]

    def missing(self, cases: Sequence[Case], generator: str, read_with: str) -> list[Case]:
        """Of these questions those that the generator was not asked yet and that tell right from
        wrong: plain ones, whose answer is known where there is one."""
        asked = {(answer.question, answer.scope) for answer in self.of(generator, read_with)}
        return [
            case
            for case in cases
            if not case.history
            and case.expect is None
            and (not case.answerable or case.answers.get(case.language))
            and (case.question, _scope(case)) not in asked
        ]


def made_with(calibration: Calibration) -> str:
    """What tells readings that were made with another gate, other cosines or another embedder."""
    return key_of(calibration.embedder, calibration.gate, calibration.cosines)


async def ask(
    assistant: Assistant,
    cases: Sequence[Case],
    at_once: int,
    read_with: str,
    keep: Callable[[SaidAnswer], None],
) -> None:
    """Ask a generator questions, as the service does.

    Args:
        assistant: Asks it.
        cases: The questions.
        at_once: So many of them at a time.
        read_with: What the assistant's signals are read with, see `made_with`.
        keep: Called with each answer as it comes.

    Raises:
        UnavailableError: The generator fails, or the index.
    """
    slots = asyncio.Semaphore(at_once)

    async def one(case: Case) -> None:
        async with slots:
            scope = _scope(case)
            question = Question(case.question, scope=Scope(languages=(scope,) if scope else None))
            keep(_labelled(case, read_with, await assistant.reply(question)))

    try:
        async with asyncio.TaskGroup() as tasks:
            for case in cases:
                tasks.create_task(one(case))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed


def _scope(case: Case) -> Language | None:
    """The language that it is searched in, where editions in several answer it."""
    return case.target if len({gold.language for gold in case.gold}) > 1 else None


def _labelled(case: Case, read_with: str, reply: Reply) -> SaidAnswer:
    if reply.trace.failed:
        raise UnavailableError("The generator failed.", "Look at the log, and try again.")
    asked = SaidAnswer(
        generator=reply.model, made_with=read_with, fact=case.fact, language=case.language,
        target=case.target, scope=_scope(case), question=case.question,
    )  # fmt: skip
    if not reply.trace.drafts:
        return asked
    drafts = reply.trace.drafts
    # A small model says a part of the question again before it answers.
    first = next(
        (d for d in drafts if _says_more(strip_marks(d.sentence), case.question)), drafts[0]
    )
    text, verdict = strip_marks(first.sentence), first.verdict
    aliases = case.answers.get(case.language, ())
    said = {"text": text, "right": any(contains(text, alias) for alias in aliases)}
    if verdict.signals is None or not verdict.supports:
        return asked.model_copy(
            update=said | {"refused": first.rejection and first.rejection.check}
        )
    signals = {
        name: None if math.isnan(value) else value
        for name, value in verdict.signals.values().items()
    }
    language = verdict.supports[0].sentence.passage.language
    return asked.model_copy(update=said | {"signals": signals, "support_language": language})


def _says_more(text: str, question: str) -> bool:
    """Whether a sentence is more than a part of its question, said again, with or without a yes or
    no before it."""
    rest = normalized(without_verdict(text))
    return not rest or rest not in normalized(question)
