"""Answers that copy the documents, as small generators do all the time, and wrong ones like them.

A right one is the sentence that answers, as it stands there, where a document has it in the
language of the question. Wrong ones are the sentence beside it, the right one with one number
changed, and with its permission or denial turned round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.fitting.corruptions import chance, changed_number, plain
from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.language.polarity import turned
from evals.dataset import Fact
from evals.locators import matches
from evals.text import contains

COPIED = "copied"
#: Shorter ways to say an answer stand in sentences that do not answer, too.
_LEAST_ALIAS = 3
_LEAST_WORDS = 4


def copied_answers(
    bases: Sequence[LabelledAnswer], facts: Mapping[str, Fact], passages: Sequence[Passage]
) -> list[LabelledAnswer]:
    """Copies for each question that a document in its language answers.

    Args:
        bases: A right answer to each question.
        facts: What they are about, by id.
        passages: Of all documents.
    """
    by_source: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_source[passage.source].append(passage)
    return [copy for base in bases for copy in _copies(base, facts[base.fact], by_source)]


def _copies(
    base: LabelledAnswer, fact: Fact, by_source: Mapping[str, Sequence[Passage]]
) -> Iterator[LabelledAnswer]:
    aliases = [a for a in fact.answers.get(base.language, ()) if len(a) >= _LEAST_ALIAS]
    found = next(_answering(fact, base.language, aliases, by_source), None)
    if found is None:
        return
    passage, index = found
    sentences = [passage.text[start:end] for start, end in passage.sentences]
    said = plain(sentences[index])
    draw = chance(f"{base.fact} {base.language}")
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
    fact: Fact,
    language: Language,
    aliases: Sequence[str],
    by_source: Mapping[str, Sequence[Passage]],
) -> Iterator[tuple[Passage, int]]:
    """Sentences that say the answer, where it is to be found."""
    for gold in fact.gold:
        if gold.language != language:
            continue
        for passage in by_source.get(gold.source, ()):
            if not matches(gold, passage.source, passage.locator):
                continue
            for index, (start, end) in enumerate(passage.sentences):
                text = passage.text[start:end]
                whole = "|" not in text and len(text.split()) >= _LEAST_WORDS
                if whole and any(contains(text, alias) for alias in aliases):
                    yield passage, index
