"""Right and wrong answers made from the sentences of documents by rule.

They teach the cross-encoder what no public question set has: a denial turned round, a "yes" to
what is denied, words in another order, a clause that was added, a number that was changed. What is
right is a sentence of a document, worded a little differently; what is wrong differs from it by
one fault. Articles that the reporting half of the verdict benchmark asks about are left out.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from verdict_pairs import LabelledPair

from assistant.fitting.corruptions import changed_number, plain, shuffled
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.language.polarity import turned

#: Words of each language that questions and verdicts are put together with.
_WORDS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "data" / "verdict_words.toml").read_text("utf-8")
)


def corpus_pairs(
    passages: Sequence[Passage], without: Sequence[str], count: int, seed: int = 0
) -> list[LabelledPair]:
    """Pairs from so many sentences of each language.

    Args:
        passages: Passages of documents.
        without: Ids of passages that are left out.
        count: Sentences of each language.
        seed: Of the choice.
    """
    draw = random.Random(seed)
    left_out = set(without)
    pairs: list[LabelledPair] = []
    for language in ("ko", "ar", "en"):
        own = [p for p in passages if p.language == language and p.id not in left_out]
        usable = [(p, i) for p in own for i, text in enumerate(_sentences(p)) if _usable(text)]
        for passage, index in draw.sample(usable, min(count, len(usable))):
            pairs += _pairs(passage, index, language, draw)
    draw.shuffle(pairs)
    return pairs


def _sentences(passage: Passage) -> list[str]:
    return [passage.text[start:end] for start, end in passage.sentences]


def _usable(text: str) -> bool:
    return 5 <= len(text.split()) <= 40 and not text.endswith(":") and "|" not in text


def _pairs(
    passage: Passage, index: int, language: Language, draw: random.Random
) -> Iterator[LabelledPair]:
    sentences = _sentences(passage)
    said = plain(sentences[index])
    first, last = max(0, index - 1), min(len(sentences) - 1, index + 1)
    window = passage.text[passage.sentences[first][0] : passage.sentences[last][1]]
    topic = (passage.headings or (passage.title,))[-1]

    def pair(question: str, answer: str, supported: bool) -> LabelledPair:
        return LabelledPair(
            question, answer, passage.heading_path, window, supported, f"corpus {language}"
        )

    yield pair(topic, f"{said}.", True)
    wrong = [shuffled(said, draw), changed_number(said, draw)]
    beside = plain(draw.choice(_elsewhere(passage, index) or [""]))
    if len(beside.split()) > 3:
        half = beside.split()
        wrong.append(f"{said}{_WORDS[language]['comma']}{' '.join(half[: len(half) // 2 + 1])}")
    other = turned(said, language)
    yield from (pair(topic, f"{text}.", False) for text in _some(wrong, draw))
    if not other:
        return
    yield pair(topic, f"{other}.", False)
    yield from _verdicts(said, other, language, draw, pair)


def _verdicts(
    said: str, other: str, language: Language, draw: random.Random, pair: object
) -> Iterator[LabelledPair]:
    """The sentence or its opposite asked about: right verdicts, and turned ones."""
    assert callable(pair)
    words = _WORDS[language]
    yes, no, comma = words["yes"], words["no"], words["comma"]
    asked_truly = draw.random() < 0.5
    question = words["asked"].format(said if asked_truly else other)
    right, wrong = (yes, no) if asked_truly else (no, yes)
    yield pair(question, f"{right}.", True)
    yield pair(question, f"{wrong}.", False)
    yield pair(question, f"{right}{comma}{said}.", True)
    yield pair(question, f"{wrong}{comma}{draw.choice((said, other))}.", False)


def _some(texts: Sequence[str | None], draw: random.Random) -> list[str]:
    known = [text for text in texts if text]
    return draw.sample(known, min(2, len(known)))


def _elsewhere(passage: Passage, index: int) -> list[str]:
    return [text for i, text in enumerate(_sentences(passage)) if abs(i - index) > 1]
