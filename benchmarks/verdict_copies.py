"""Answers that copy the documents, as small generators do all the time, and wrong ones like them.

A right one is the sentence that answers, as it stands there; the samples have it in the language
of every question, a statute in its own. Wrong ones are the sentence beside it, the right one with
one number changed, and with its permission or denial turned round. They are made when the benchmark
runs, since the documents' sentences are not part of this project.
"""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verdict_cases import SUITES, Case
from verdict_corruptions import plain, turned
from verdict_pairs import changed_number

from assistant.index.passage import Passage
from assistant.language import Language
from evals.dataset import Fact, load_suite
from evals.locators import matches
from evals.text import contains

COPIED = "copied"
#: Shorter ways to say an answer stand in sentences that do not answer, too.
_LEAST_ALIAS = 3
_LEAST_WORDS = 4


def copied_cases(cases: Sequence[Case], passages: Sequence[Passage]) -> list[Case]:
    """Copies for each question of the benchmark whose documents are in its language.

    Args:
        cases: The benchmark's, see `verdict_cases.load_cases`.
        passages: Of all its documents.
    """
    facts = {fact.id: fact for name in SUITES for fact in load_suite(name).facts}
    by_source: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_source[passage.source].append(passage)
    bases = {(c.fact, c.language): c for c in cases if c.kind == "sentence"}
    return [
        case
        for base in bases.values()
        for case in _copies(base, facts[base.fact], by_source)
    ]  # fmt: skip


def _copies(
    base: Case, fact: Fact, by_source: dict[str, list[Passage]]
) -> Iterator[Case]:  # fmt: skip
    aliases = [a for a in fact.answers.get(base.language, ()) if len(a) >= _LEAST_ALIAS]
    found = next(_answering(fact, base.language, aliases, by_source), None)
    if found is None:
        return
    passage, index = found
    sentences = [passage.text[start:end] for start, end in passage.sentences]
    said = plain(sentences[index])
    draw = random.Random(zlib.crc32(f"{base.fact} {base.language}".encode()))
    yield replace(base, text=f"{said}.", kind=COPIED)
    beside = [
        text
        for i, sentence in enumerate(sentences)
        if abs(i - index) <= 2 and len((text := plain(sentence)).split()) >= _LEAST_WORDS
    ]
    wrong: dict[str, Sequence[str | None]] = {
        f"{COPIED}_neighbour": draw.sample(beside, len(beside)),
        f"{COPIED}_number": [changed_number(said, draw)],
        f"{COPIED}_turned": [turned(said, base.language)],
    }
    for kind, texts in wrong.items():
        without = kind != f"{COPIED}_turned"
        kept = [t for t in texts if t and not (without and any(contains(t, a) for a in aliases))]
        yield from (replace(base, text=f"{t}.", right=False, kind=kind) for t in kept[:1])


def _answering(
    fact: Fact, language: Language, aliases: Sequence[str], by_source: dict[str, list[Passage]]
) -> Iterator[tuple[Passage, int]]:
    """Sentences that say the answer, where it is to be found."""
    for gold in fact.gold:
        if gold.language != language:
            continue
        for passage in by_source[gold.source]:
            if not matches(gold, passage.source, passage.locator):
                continue
            for index, (start, end) in enumerate(passage.sentences):
                text = passage.text[start:end]
                whole = "|" not in text and len(text.split()) >= _LEAST_WORDS
                if whole and any(contains(text, alias) for alias in aliases):
                    yield passage, index
