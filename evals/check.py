"""Are suites sound, and does an index have what they ask for?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.dataset import Fact, Gold, Suite
from evals.locators import matches
from evals.records import FoundPassage
from evals.text import contains, normalized


def check_suite(suite: Suite) -> list[str]:
    """What is wrong with a suite that can be read: the same question twice, for example."""
    asked: dict[tuple[str, str, str], str] = {}
    problems: list[str] = []
    for case in suite.cases:
        key = case.language, normalized(case.question), repr(case.history)
        if other := asked.get(key):
            problems.append(f"{suite.name}: {case.id}: the same question as {other}")
        asked[key] = case.id
    return problems


def check_index(suite: Suite, passages: Sequence[FoundPassage]) -> list[str]:
    """Gold and near documents that an index does not have, and gold that does not answer."""
    by_source: dict[str, list[FoundPassage]] = {}
    for passage in passages:
        by_source.setdefault(passage.source, []).append(passage)
    return [
        f"{suite.name}: {fact.id}: {problem}"
        for fact in suite.facts
        for problem in _problems(fact, by_source)
    ]


def _problems(fact: Fact, by_source: dict[str, list[FoundPassage]]) -> Iterator[str]:
    for near in fact.near:
        if near.rsplit("/", 1)[-1] not in by_source:
            yield f"near: {near} is not in the index"
    for gold in fact.gold:
        own = by_source.get(gold.source)
        if own is None:
            yield f"gold: {gold.document} is not in the index"
            continue
        if {p.language for p in own} != {gold.language}:
            yield f"gold: {gold.document} is not in the language {gold.language}"
        places = [p for p in own if matches(gold, p.source, p.locator)]
        if not places:
            yield f"gold: {gold.document} has no {' or '.join(gold.locators)}"
        elif not _answers(fact, gold, places):
            yield f"answers.{gold.language}: none stands in {gold.document}, {gold.locators}"


def _answers(fact: Fact, gold: Gold, places: Sequence[FoundPassage]) -> bool:
    """Whether a place says the answer, where the suite has one in the place's language."""
    if not (wanted := fact.answers.get(gold.language)):
        return True
    text = "\n".join(f"{p.title}\n{p.text}" for p in places)
    return any(contains(text, alias) for alias in wanted)
