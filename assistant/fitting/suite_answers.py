"""Right and wrong answers to the questions of suites: what a verdict is fitted and measured on.

Answers that people have written for a fact (`written_answers`) are taken as they are. Where there
are none, the ways to say the answer that the suite knows are right, and one of them with a number
changed is wrong. Copies of the documents' sentences join them (`copies`). Further kinds are made
of these: the answer to another question on the same document or on another one, in short and as a
sentence; to a question that nothing answers, the answer to another one; and a follow-up answered
rightly or with the value of the turn before.

A question whose answer stands in editions in several languages is asked of one of them, in turn,
so that all directions come up; others are asked of everything.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import regex

from assistant.fitting.copies import COPIED, copied_answers
from assistant.fitting.corruptions import chance, changed_number
from assistant.fitting.labelled_answer import LabelledAnswer, half_of
from assistant.fitting.written_answers import LanguageAnswers, WrittenAnswers
from assistant.index.passage import Passage
from assistant.language import LANGUAGES, Language, quantities_in
from evals.dataset import Fact
from evals.text import contains

SHORT, SENTENCE = "short", "sentence"
#: Forms of right answers that say the value in other words, digits, units or calendars.
CONVERTED = "converted"
NEAR_MISS = "near_miss"
_NUMBER = regex.compile(r"\p{Nd}[\p{Nd},٬]*")
#: What a copy of the answering sentence is made of.
_BASES = (SHORT, SENTENCE)

_Said = Mapping[tuple[str, Language, str], LabelledAnswer]


def suite_answers(
    facts: Sequence[Fact],
    written: Mapping[str, WrittenAnswers],
    passages: Sequence[Passage] = (),
) -> list[LabelledAnswer]:
    """All labelled answers.

    Args:
        facts: Of the suites; each id is there once.
        written: What people have written for some of the facts, by id.
        passages: Of all documents, to copy from.
    """
    known = {fact.id: fact for fact in facts}
    targets = _targets(facts)
    answers = [
        answer
        for fact in facts
        for language in LANGUAGES
        for answer in _own(fact, written.get(fact.id), language, targets.get((fact.id, language)))
    ]
    by_document: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name in dict.fromkeys(answer.fact for answer in answers if known[answer.fact].answerable):
        by_document[known[name].gold[0].source, half_of(name)].append(name)
    answers += list(_made(answers, known, by_document, (SHORT, SENTENCE)))
    bases: dict[tuple[str, Language], LabelledAnswer] = {}
    for answer in answers:
        if answer.right and answer.kind in _BASES:
            bases.setdefault((answer.fact, answer.language), answer)
    copies = copied_answers(list(bases.values()), known, passages)
    unwritten = [copy for copy in copies if copy.fact not in written]
    answers += copies + list(_made(unwritten, known, by_document, (COPIED,)))
    return answers + list(_missed(answers, known, written))


def _targets(facts: Sequence[Fact]) -> dict[tuple[str, Language], Language]:
    """The language of the documents that each question is asked of."""
    found: dict[tuple[str, Language], Language] = {}
    for number, fact in enumerate(facts):
        editions = sorted({gold.language for gold in fact.gold})
        for turn, language in enumerate(LANGUAGES):
            if editions:
                found[fact.id, language] = editions[(number + turn) % len(editions)]
    return found


def _base(fact: Fact, language: Language, target: Language | None) -> LabelledAnswer:
    scope = target if len({gold.language for gold in fact.gold}) > 1 else None
    question = fact.questions.get(language, "")
    return LabelledAnswer(fact.id, language, target, scope, question, "", True, "")


def _own(
    fact: Fact, row: WrittenAnswers | None, language: Language, target: Language | None
) -> Iterator[LabelledAnswer]:
    base = _base(fact, language, target)
    aliases = fact.answers.get(language, ())
    if row:
        yield from _written(base, row, language, aliases)
    elif base.question:
        yield from _of_aliases(base, aliases)


def _written(
    base: LabelledAnswer, row: WrittenAnswers, language: Language, aliases: Sequence[str]
) -> Iterator[LabelledAnswer]:
    answers = (base.question and row.answers.get(language)) or LanguageAnswers()
    for right in answers.right:
        yield replace(base, text=right.text, kind=right.form)
    for wrong in answers.wrong:
        yield replace(base, text=wrong.text, right=False, kind=wrong.kind)
    yield from _short_neighbours(base, answers, aliases)
    if verdict := row.verdict.get(language):
        asked = replace(base, question=verdict.question)
        for text, form in zip(verdict.right, ("verdict_short", "verdict"), strict=True):
            yield replace(asked, text=text, kind=form)
        for wrong in verdict.wrong:
            yield replace(asked, text=wrong.text, right=False, kind=wrong.kind)


def _short_neighbours(
    base: LabelledAnswer, answers: LanguageAnswers, own: Sequence[str]
) -> Iterator[LabelledAnswer]:
    """The short answer with the number of a neighbouring clause or of a sibling fact, as they
    stand in the wrong sentences."""
    short = next((right.text for right in answers.right if right.form == SHORT), "")
    known = {str(q.value) for q in quantities_in(short)}
    stated = _NUMBER.search(short)
    if not stated:
        return
    for item in answers.wrong:
        if item.kind not in ("neighbour", "number"):
            continue
        numbers = [q for q in quantities_in(item.text) if q.kind != "date"]
        other = next((n for n in numbers if str(n.value) not in known), None)
        if other is None or other.value % 1:
            continue
        text = f"{short[: stated.start()]}{other.value:,}{short[stated.end() :]}"
        if not _says(text, own):
            yield replace(base, text=text, right=False, kind=f"{item.kind}_short")


def _of_aliases(base: LabelledAnswer, aliases: Sequence[str]) -> Iterator[LabelledAnswer]:
    """The ways to say an answer, the first of them the short one, and a wrong number."""
    for place, alias in enumerate(dict.fromkeys(aliases)):
        yield replace(base, text=alias, kind="alias" if place else SHORT)
    draw = chance(f"{base.fact} {base.language}")
    changed = [text for alias in aliases if (text := changed_number(alias, draw))]
    wrong = [text for text in changed if not _says(text, aliases)]
    yield from (replace(base, text=t, right=False, kind="number_short") for t in wrong[:1])


def _says(text: str, aliases: Sequence[str]) -> bool:
    return any(contains(text, alias) for alias in aliases)


def _made(
    answers: Sequence[LabelledAnswer],
    facts: Mapping[str, Fact],
    by_document: Mapping[tuple[str, int], Sequence[str]],
    kinds: Sequence[str],
) -> Iterator[LabelledAnswer]:
    """Answers that are made of others of these kinds; both facts are in the same half."""
    said = {(a.fact, a.language, a.kind): a for a in answers if a.right}
    for (name, language, kind), answer in said.items():
        if kind not in kinds:
            continue
        document = facts[name].gold[0].source
        same = [n for n in by_document[document, answer.half] if n != name]
        strangers = [
            n
            for place, half in by_document
            if half == answer.half and place != document
            for n in by_document[place, half]
        ]
        own = facts[name].answers.get(language, ())
        for others, wrong in ((same, "same_document"), (strangers, "other_document")):
            for text in _others(said, name, others, language, kind, own):
                label = f"{wrong}_short" if kind == SHORT else wrong
                yield replace(answer, text=text, right=False, kind=label)
        if kind == SENTENCE and same:
            before = said.get((_by_chance(name, same)[0], language, SENTENCE))
            if before:
                carried = f"{before.question}\n{answer.question}"
                yield replace(answer, question=carried, kind="follow_up")
                yield replace(
                    answer, question=carried, text=before.text, right=False, kind="turn_before"
                )


def _missed(
    answers: Sequence[LabelledAnswer],
    facts: Mapping[str, Fact],
    written: Mapping[str, WrittenAnswers],
) -> Iterator[LabelledAnswer]:
    """The answers to other questions, given to those that nothing answers and nobody has written
    wrong answers to; where it is known which documents come near, to questions on these."""
    said = {(a.fact, a.language, a.kind): a for a in answers if a.right}
    by_half: dict[int, list[str]] = defaultdict(list)
    for name in dict.fromkeys(name for name, *_ in said):
        by_half[half_of(name)].append(name)
    for fact in facts.values():
        if fact.answerable or fact.id in written:
            continue
        others = by_half[half_of(fact.id)]
        documents = {Path(place).name for place in fact.near}
        near = [n for n in others if any(gold.source in documents for gold in facts[n].gold)]
        for language in fact.questions:
            base = _base(fact, language, None)
            for kind in (SHORT, COPIED):
                for text in _others(said, fact.id, near or others, language, kind, ()):
                    yield replace(base, text=text, right=False, kind=NEAR_MISS)


def _others(
    said: _Said,
    name: str,
    others: Sequence[str],
    language: Language,
    kind: str,
    own: Sequence[str],
) -> list[str]:
    """The answer to one other question, which is none to this."""
    for other in _by_chance(name, others):
        found = said.get((other, language, kind))
        if found and not _says(found.text, own):
            return [found.text]
    return []


def _by_chance(name: str, others: Sequence[str]) -> list[str]:
    """The others in an order by chance, always the same."""
    return sorted(others, key=lambda other: zlib.crc32(f"{name} {other}".encode()))
