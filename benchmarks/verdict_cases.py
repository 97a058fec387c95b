"""Right and wrong answers to questions on law and on the samples: what a verdict is measured on.

``data/verdicts.jsonl`` has for each fact of the suites `statutes` and `samples-core` answers in
three languages, written for this benchmark: right ones by form and wrong ones by kind, a yes/no
question on the same fact with right and turned verdicts, and answers to near misses, which the
documents do not answer. Here they become `Case`s. Some kinds are made of the others: the answer to
another question on the same document or on another one, in short and as a sentence, and a follow-up
answered rightly or with the value of the turn before.

A question on law is asked of the whole corpus, where one document answers it; a question on the
samples is asked of one edition, in turn, so that all nine directions come up.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import regex

from assistant.language import LANGUAGES, Language, quantities_in
from evals.dataset import Fact, load_suite
from evals.text import contains

DATA = Path(__file__).parent / "data" / "verdicts.jsonl"
SUITES = ("statutes", "samples-core")
#: Forms of right answers that say the value in other words, digits, units or calendars.
CONVERTED = "converted"
_NUMBER = regex.compile(r"\p{Nd}[\p{Nd},٬]*")
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
        return half_of(self.fact)

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
            by_document[fact.gold[0].source, half_of(name)].append(name)  # type: ignore[index]
    cases = [
        case
        for name, fact in facts.items()
        if name in written
        for language in LANGUAGES
        for case in _cases(fact, written[name], language, targets.get((name, language)))
    ]
    return [*cases, *_made(cases, facts, by_document)]


def half_of(group: str) -> int:
    """Which half a fact or a passage is in: 0 to fit, 1 to report."""
    return zlib.crc32(group.encode()) % 2


def drawn(fact: str) -> bool:
    """Whether it is one of every other fact of its half. (By another hash than the halves: two
    checksums of the same text are no two draws.)"""
    return bool(hashlib.sha256(fact.encode()).digest()[0] % 2)


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
    yield from _short_neighbours(base, answers, fact.answers.get(language, ()))
    if verdict := row.get("verdict", {}).get(language):
        asked = replace(base, question=verdict["question"])
        for text, form in zip(verdict["right"], ("verdict_short", "verdict"), strict=True):
            yield replace(asked, text=text, kind=form)
        for item in verdict["wrong"]:
            yield replace(asked, text=item["text"], right=False, kind=item["kind"])


def _short_neighbours(base: Case, answers: Mapping[str, Any], own: Sequence[str]) -> Iterator[Case]:
    """The short answer with the number of a neighbouring clause or of a sibling fact, as they
    stand in the wrong sentences."""
    short = next((i["text"] for i in answers.get("right", ()) if i["form"] == "short"), "")
    known = {str(q.value) for q in quantities_in(short)}
    stated = _NUMBER.search(short)
    if not stated:
        return
    for item in answers["wrong"]:
        if item["kind"] not in ("neighbour", "number"):
            continue
        numbers = [q for q in quantities_in(item["text"]) if q.kind != "date"]
        other = next((n for n in numbers if str(n.value) not in known), None)
        if other is None or other.value % 1:
            continue
        text = f"{short[: stated.start()]}{other.value:,}{short[stated.end() :]}"
        if not any(contains(text, alias) for alias in own):
            yield replace(base, text=text, right=False, kind=f"{item['kind']}_short")


def _made(
    cases: Sequence[Case], facts: Mapping[str, Fact], by_document: Mapping[Any, Sequence[str]]
) -> Iterator[Case]:
    """Cases that are made of others; both facts are in the same half."""
    said = {(c.fact, c.language, c.kind): c for c in cases if c.right}
    for (name, language, kind), case in said.items():
        if kind not in ("short", "sentence"):
            continue
        document = facts[name].gold[0].source
        same = [n for n in by_document[document, case.half] if n != name]
        strangers = [
            n
            for place, half in by_document
            if half == case.half and place != document
            for n in by_document[place, half]
        ]
        own = facts[name].answers.get(language, ())
        for others, wrong in ((same, "same_document"), (strangers, "other_document")):
            for text in _others(said, name, others, language, kind, own):
                label = wrong if kind == "sentence" else f"{wrong}_short"
                yield replace(case, text=text, right=False, kind=label)
        if kind == "sentence" and same:
            before = said.get((_by_chance(name, same)[0], language, "sentence"))
            if before:
                carried = f"{before.question}\n{case.question}"
                yield replace(case, question=carried, kind="follow_up")
                yield replace(
                    case, question=carried, text=before.text, right=False, kind="turn_before"
                )


def _others(
    said: Mapping[tuple[str, Language, str], Case],
    name: str,
    others: Sequence[str],
    language: Language,
    kind: str,
    own: Sequence[str],
) -> list[str]:
    """The answer to one other question, which is none to this."""
    for other in _by_chance(name, others):
        found = said.get((other, language, kind))
        if found and not any(contains(found.text, alias) for alias in own):
            return [found.text]
    return []


def _by_chance(name: str, others: Sequence[str]) -> list[str]:
    """The others in an order by chance, always the same."""
    return sorted(others, key=lambda other: zlib.crc32(f"{name} {other}".encode()))
