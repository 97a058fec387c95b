"""Right and wrong answers made from the sentences of documents by rule.

They teach the cross-encoder what no public question set has: a denial turned round, a "yes" to
what is denied, words in another order, a clause that was added, a number that was changed. What is
right is a sentence of a document, worded a little differently; what is wrong differs from it by
one fault. Articles that the reporting half of the verdict benchmark asks about are left out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import regex
from verdict_pairs import LabelledPair, changed_number

from assistant.index.passage import Passage
from assistant.language import Language

#: (what stands there, what it is turned into), the first that is found counts.
_TURNS: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        (r"\b(may|must|shall|will|should|can) not\b", r"\1"),
        (r"\bcannot\b", "can"),
        (r"\b(is|are|was|were) not\b", r"\1"),
        (r"\b(?:do|does) not\b ?", ""),
        (r"\b(may|must|shall|should)\b(?! not)", r"\1 not"),
        (r"\bcan\b(?! not)", "cannot"),
        (r"\bwill\b(?! not)", "will not"),
        (r"\b(is|are)\b(?! not)", r"\1 not"),
    ),
    "ko": (
        (r"수 없(다|습니다)", r"수 있\1"),
        (r"수 있(다|습니다)", r"수 없\1"),
        (r"(?:하여서는|해서는) (?:아니 ?|안 ?)(된다|됩니다)", r"할 수 있다"),
        (r"지 (?:아니한다|않는다)", "는다"),
        (r"(?:하여야|해야) (?:한다|합니다)", "하지 않아도 된다"),
        (r"([가-힣])한다(?=\W*$)", r"\1하지 아니한다"),
        (r"이다(?=\W*$)", "이 아니다"),
    ),
    "ar": (
        (r"(?<!\p{L})(?:لا|ولا) (يجوز|يحق|يجب|يمكن|تجوز|يتم|تتم|يعد|تعد|يلزم)", r"\1"),
        (r"(?<!\p{L})(يجوز|يحق|يجب|يمكن|تجوز|يتم|تتم|يعد|تعد|يلزم)(?!\p{L})", r"لا \1"),
        (r"(?<!\p{L})(?:لا|لم) (?=[يت]\p{L}{2,})", ""),
        (r"^(على|لـ?) ", r"ليس \1 "),
        (r"(?<!\p{L})(يكون|تكون)(?!\p{L})", r"لا \1"),
    ),
}
_ASKED: dict[Language, str] = {
    "en": "Is it true that {}?",
    "ko": "{}는 것이 맞나요?",
    "ar": "هل صحيح أنه {}؟",
}
_SAID: dict[Language, tuple[str, str]] = {
    "en": ("Yes", "No"),
    "ko": ("네", "아니요"),
    "ar": ("نعم", "لا"),
}
_COMMA: dict[Language, str] = {"en": ", ", "ko": ", ", "ar": "، "}
_END = regex.compile(r"[.。\s]+$")
_NOTE = regex.compile(r"\s*(?:<[^<>]{1,40}>|\([^()]{1,40}\)|\[[^\[\]]{1,40}\])")
_LEADING = regex.compile(r"^(?:[①-⑮]|\(?\p{Nd}{1,2}[.)\\–-]+|\*\*[^*]+\*\*|[가-하]\.|[-•*])\s*")


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


def plain(text: str) -> str:
    """A sentence without notes in brackets, the number of its item and its full stop."""
    return _END.sub("", _LEADING.sub("", _NOTE.sub("", text.replace("*", "")))).strip()


def turned(text: str, language: Language) -> str | None:
    """The sentence with its first denial or permission turned round, or None."""
    for pattern, other in _TURNS[language]:
        found, times = regex.subn(pattern, other, text, count=1)
        if times:
            return str(found)
    return None


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
        wrong.append(f"{said}{_COMMA[language]}{' '.join(half[: len(half) // 2 + 1])}")
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
    yes, no = _SAID[language]
    comma = _COMMA[language]
    asked_truly = draw.random() < 0.5
    question = _ASKED[language].format(said if asked_truly else other)
    right, wrong = (yes, no) if asked_truly else (no, yes)
    yield pair(question, f"{right}.", True)
    yield pair(question, f"{wrong}.", False)
    yield pair(question, f"{right}{comma}{said}.", True)
    yield pair(question, f"{wrong}{comma}{draw.choice((said, other))}.", False)


def _some(texts: Sequence[str | None], draw: random.Random) -> list[str]:
    known = [text for text in texts if text]
    return draw.sample(known, min(2, len(known)))


def shuffled(text: str, draw: random.Random) -> str:
    """The text with its words in disorder, from a place in its first third on."""
    words = text.split()
    start = draw.randrange(max(1, len(words) // 3))
    middle = words[start:]
    draw.shuffle(middle)
    return " ".join(words[:start] + middle)


def _elsewhere(passage: Passage, index: int) -> list[str]:
    return [text for i, text in enumerate(_sentences(passage)) if abs(i - index) > 1]
