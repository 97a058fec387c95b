"""Right and wrong answers to questions on law and on the samples: what a verdict is measured on.

``data/verdicts.jsonl`` has for each fact of the suites `statutes` and `samples-core` answers in
three languages, written for this benchmark: right ones by form and wrong ones by kind, a yes/no
question on the same fact with right and turned verdicts, and answers to near misses, which the
documents do not answer. Here they become `Case`s. Three kinds are made of the others: the rule of
another document, and a follow-up answered rightly or with the value of the turn before.

A question on law is asked of the whole corpus, where one document answers it; a question on the
samples is asked of one edition, in turn, so that all nine directions come up.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.language import LANGUAGES, Language
from evals.dataset import Fact, load_suite

DATA = Path(__file__).parent / "data" / "verdicts.jsonl"
SUITES = ("statutes", "samples-core")
#: Forms of right answers that say the value in other words, digits, units or calendars.
CONVERTED = "converted"
NEAR_MISS = "near_miss"


@dataclass(frozen=True)
class Case:
    """One answer to one question.

    Attributes:
        fact: What it is about; both halves have whole facts.
        language: Of question and answer.
        target: Of the documents that answer it; None for a near miss.
        scope: The language that the search is limited to, if it is.
        question, text: The question, and the answer that is to be shown or held back.
        right: Which of both.
        kind: The form of a right answer, or what is wrong.
    """

    fact: str
    language: Language
    target: Language | None
    scope: Language | None
    question: str
    text: str
    right: bool
    kind: str

    @property
    def half(self) -> int:
        """0 to fit, 1 to report."""
        return zlib.crc32(self.fact.encode()) % 2

    @property
    def direction(self) -> str:
        """From the question's language to the documents': ``ko→ar``."""
        return f"{self.language}→{self.target or 'none'}"


def load_cases(path: Path = DATA) -> list[Case]:
    """All cases, those of one question together."""
    facts = {fact.id: fact for name in SUITES for fact in load_suite(name).facts}
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    written = {row["fact"]: row for row in rows}
    targets = _targets(facts)
    by_document: dict[tuple[str, Language], list[str]] = defaultdict(list)
    for name, fact in facts.items():
        if name in written and fact.answerable:
            by_document[fact.gold[0].source, _half(name)].append(name)  # type: ignore[index]
    cases = [
        case
        for name, fact in facts.items()
        if name in written
        for language in LANGUAGES
        for case in _cases(fact, written[name], language, targets.get((name, language)))
    ]
    return [*cases, *_made(cases, facts, by_document)]


def _half(fact: str) -> int:
    return zlib.crc32(fact.encode()) % 2


def _targets(facts: Mapping[str, Fact]) -> dict[tuple[str, Language], Language]:
    """The language of the documents that each question is asked of."""
    found: dict[tuple[str, Language], Language] = {}
    for number, fact in enumerate(facts.values()):
        editions = sorted({gold.language for gold in fact.gold})
        for turn, language in enumerate(LANGUAGES):
            if editions:
                found[fact.id, language] = editions[(number + turn) % len(editions)]
    return found


def _cases(
    fact: Fact, row: Mapping[str, Any], language: Language, target: Language | None
) -> Iterator[Case]:
    scope = target if len({gold.language for gold in fact.gold}) > 1 else None
    base = Case(fact.id, language, target, scope, fact.questions.get(language, ""), "", True, "")
    answers = row["answers"][language] if base.question else {}
    for item in answers.get("right", ()):
        yield replace(base, text=item["text"], kind=item["form"])
    for item in answers.get("wrong", ()):
        yield replace(base, text=item["text"], right=False, kind=item["kind"])
    if verdict := row.get("verdict", {}).get(language):
        asked = replace(base, question=verdict["question"])
        for text, form in zip(verdict["right"], ("verdict_short", "verdict"), strict=True):
            yield replace(asked, text=text, kind=form)
        for item in verdict["wrong"]:
            yield replace(asked, text=item["text"], right=False, kind=item["kind"])


def _made(
    cases: Sequence[Case], facts: Mapping[str, Fact], by_document: Mapping[Any, Sequence[str]]
) -> Iterator[Case]:
    """Cases that are made of others: both facts are in the same half."""
    sentences = {(c.fact, c.language): c for c in cases if c.right and c.kind == "sentence"}
    for (name, language), case in sentences.items():
        own = by_document[facts[name].gold[0].source, case.half]
        other = own[(own.index(name) + 1) % len(own)]
        if other != name and (before := sentences.get((other, language))):
            carried = f"{before.question}\n{case.question}"
            yield replace(case, question=carried, kind="follow_up")
            yield replace(case, question=carried, text=before.text, right=False, kind="turn_before")
        strangers = [
            (zlib.crc32(f"{name} {third}".encode()), third)
            for document, third_half in by_document
            if third_half == case.half and document != facts[name].gold[0].source
            for third in by_document[document, third_half]
            if (third, language) in sentences
        ]
        if strangers:
            text = sentences[min(strangers)[1], language].text
            yield replace(case, text=text, right=False, kind="other_document")
