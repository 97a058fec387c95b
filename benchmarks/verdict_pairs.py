"""Pairs of an answer and a piece of evidence, right and wrong, from public question sets.

From TyDi QA (Korean, English, Arabic), ARCD (Arabic), and the fitting halves of XQuAD (English,
Arabic, in all directions) and Belebele (Korean, English, in all directions). For each question the
right answer with the sentences around it; wrong are another value of the same kind from the same
passage (with its own sentences or with those of the right answer), the right answer with sentences
that do not state it, a changed number, and another question's answer. Belebele brings wrong
options of its own.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from assistant.fitting.corruptions import changed_number
from assistant.fitting.labelled_answer import half_of
from assistant.language import Language, Span, quantities_in, split_sentences

#: Characters of evidence around an answer.
_WINDOW = {"ko": 150, "ar": 230, "en": 260}
#: Wrong pairs for a right one.
_WRONG = 2
_NAME = regex.compile(r"\p{Lu}[\p{L}'’-]+(?:\s\p{Lu}[\p{L}'’-]+)*")
_WORD = regex.compile(r"[\p{L}\p{Nd}'’-]{2,}")


@dataclass(frozen=True)
class LabelledPair:
    """An answer to a question, a piece of evidence, and whether the evidence supports it."""

    question: str
    answer: str
    heading: str
    evidence: str
    supported: bool
    source: str


@dataclass(frozen=True)
class _Reading:
    """A question with its answer in a passage."""

    source: str
    language: Language
    question: str
    passage: str
    answer: str
    start: int


def public_pairs(data: Path, seed: int = 0) -> list[LabelledPair]:
    """All pairs from the sets in ``data``, shuffled."""
    draw = random.Random(seed)
    readings = [*_tydi(data), *_arcd(data)]
    pairs = list(_from_spans(readings, draw))
    pairs += _xquad(data, draw)
    pairs += _belebele(data, draw)
    draw.shuffle(pairs)
    return pairs


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _tydi(data: Path) -> Iterator[_Reading]:
    for path in sorted((data / "reading").glob("tydiqa.*.jsonl")):
        if path.name in ("tydiqa.ko.dev.jsonl", "tydiqa.en.dev.jsonl"):
            continue  # to look at while training
        for row in _records(path):
            yield _Reading(
                "tydi",
                row["language"],
                row["question"],
                row["passage"],
                row["answer"],
                row["start"],
            )


def tydi_dev(data: Path, seed: int = 1) -> list[LabelledPair]:
    """Pairs of TyDi QA that are not trained on."""
    readings = [
        _Reading("dev", r["language"], r["question"], r["passage"], r["answer"], r["start"])
        for name in ("ko", "en")
        for r in _records(data / "reading" / f"tydiqa.{name}.dev.jsonl")
    ]
    return list(_from_spans(readings, random.Random(seed)))


def _arcd(data: Path) -> Iterator[_Reading]:
    for row in _records(data / "answers" / "arcd.train.ar.jsonl"):
        answer = row["answers"][0]
        start = row["passage"].find(answer)
        if start >= 0:
            yield _Reading("arcd", "ar", row["question"], row["passage"], answer, start)


def _from_spans(readings: Sequence[_Reading], draw: random.Random) -> Iterator[LabelledPair]:
    by_language: dict[str, list[str]] = {}
    for reading in readings:
        by_language.setdefault(reading.language, []).append(reading.answer)
    for reading in readings:
        yield from _of(reading, reading.passage, reading.start, by_language[reading.language], draw)


def _of(
    reading: _Reading, passage: str, start: int, others: Sequence[str], draw: random.Random
) -> Iterator[LabelledPair]:
    window = around(passage, Span(start, start + len(reading.answer)), reading.language)

    def pair(answer: str, evidence: str, supported: bool) -> LabelledPair:
        return LabelledPair(reading.question, answer, "", evidence, supported, reading.source)

    yield pair(reading.answer, window, True)
    if draw.random() < 0.3:  # an answer in a whole sentence
        sentence = next(
            (
                passage[s.start : s.end]
                for s in split_sentences(passage)
                if s.start <= start < s.end and s.end - s.start < 220
            ),
            None,
        )
        if sentence:
            yield pair(sentence, window, True)
    wrong = list(_wrong(reading, passage, start, window, others, draw))
    for answer, evidence in draw.sample(wrong, min(_WRONG, len(wrong))):
        yield pair(answer, evidence, False)


def _wrong(
    reading: _Reading,
    passage: str,
    start: int,
    window: str,
    others: Sequence[str],
    draw: random.Random,
) -> Iterator[tuple[str, str]]:
    siblings = [
        span
        for span in _like(reading.answer, passage, reading.language)
        if passage[span.start : span.end] not in reading.answer
        and reading.answer not in passage[span.start : span.end]
    ]
    for span in draw.sample(siblings, min(2, len(siblings))):
        value = passage[span.start : span.end]
        yield value, around(passage, span, reading.language)
        if draw.random() < 0.5:
            yield value, window
    if changed := changed_number(reading.answer, draw):
        yield changed, window
    far = [
        s
        for s in split_sentences(passage)
        if reading.answer not in passage[s.start : s.end] and s.end - s.start > 20
    ]
    if far:
        chosen = draw.choice(far)
        evidence = passage[chosen.start : chosen.end]
        yield reading.answer, evidence
        if chosen.end - chosen.start < 220:
            yield evidence, around(passage, chosen, reading.language)
    other = draw.choice(list(others))
    if other not in window:
        yield other, window


def _like(answer: str, passage: str, language: Language) -> list[Span]:
    """Spans of the same kind as an answer: quantities, names, or runs of as many words."""
    if quantities_in(answer):
        tail = answer[quantities_in(answer)[-1].span.end :]
        return [
            Span(q.span.start, q.span.end + len(tail))
            if passage[q.span.end : q.span.end + len(tail)] == tail
            else q.span
            for q in quantities_in(passage)
        ]
    if language == "en" and _NAME.match(answer):
        return [Span(*m.span()) for m in _NAME.finditer(passage)]
    words = list(_WORD.finditer(passage))
    count = max(1, len(_WORD.findall(answer)))
    return [
        Span(words[i].start(), words[i + count - 1].end()) for i in range(len(words) - count + 1)
    ]


def around(passage: str, span: Span, language: Language) -> str:
    """Whole sentences around a span, up to about sixty tokens."""
    sentences = split_sentences(passage)
    inside = [i for i, s in enumerate(sentences) if s.start < span.end and span.start < s.end]
    if not inside:
        return passage[max(0, span.start - 100) : span.end + 100]
    first, last = inside[0], inside[-1]
    while True:
        grown = False
        for f, t in ((first, last + 1), (first - 1, last)):
            if f < 0 or t >= len(sentences):
                continue
            if sentences[t].end - sentences[f].start <= _WINDOW[language]:
                first, last, grown = f, t, True
        if not grown:
            return passage[sentences[first].start : sentences[last].end][: 2 * _WINDOW[language]]


def _xquad(data: Path, draw: random.Random) -> Iterator[LabelledPair]:
    passages = {r["id"]: r for r in _records(data / "retrieval" / "xquad.passages.jsonl")}
    rows = _records(data / "retrieval" / "xquad.queries.jsonl")
    parallel = {(r["parallel_id"], r["language"]): r for r in rows}
    answers: dict[str, list[str]] = {}
    for row in rows:
        answers.setdefault(row["language"], []).append(row["answers"][0])
    for row in rows:
        passage = passages[row["passage_id"]]
        if half_of(passage["parallel_id"]) or not (start := _found(passage, row)):
            continue
        reading = _Reading(
            "xquad", row["language"], row["question"], passage["text"], row["answers"][0], start[0]
        )
        yield from _of(reading, passage["text"], start[0], answers[row["language"]], draw)
        # The evidence in the other language.
        other = parallel.get((row["parallel_id"], "ar" if row["language"] == "en" else "en"))
        if not other:
            continue
        foreign = passages[other["passage_id"]]
        if place := _found(foreign, other):
            language = other["language"]
            span = Span(place[0], place[0] + len(other["answers"][0]))
            window = around(foreign["text"], span, language)
            yield LabelledPair(row["question"], row["answers"][0], "", window, True, "xquad")
            wrong = _wrong(
                reading, passage["text"], start[0], window, answers[row["language"]], draw
            )
            chosen = [a for a, _ in wrong if a != row["answers"][0]]
            for answer in draw.sample(chosen, min(_WRONG, len(chosen))):
                yield LabelledPair(row["question"], answer, "", window, False, "xquad")


def _found(passage: dict[str, Any], row: dict[str, Any]) -> tuple[int] | None:
    start = passage["text"].find(row["answers"][0])
    return (start,) if start >= 0 else None


def _belebele(data: Path, draw: random.Random) -> Iterator[LabelledPair]:
    passages = {r["id"]: r for r in _records(data / "retrieval" / "belebele.passages.jsonl")}
    by_parallel = {(r["parallel_id"], r["language"]): r["text"] for r in passages.values()}
    for row in _records(data / "retrieval" / "belebele.queries.jsonl"):
        own = passages[row["passage_id"]]
        if half_of(own["parallel_id"]):
            continue
        for language in ("ko", "en"):
            text = by_parallel.get((own["parallel_id"], language))
            if not text:
                continue
            evidence = text[: 2 * _WINDOW[language]]
            right = row["choices"][row["correct_choice"]]
            yield LabelledPair(row["question"], right, "", evidence, True, "belebele")
            wrong = [c for c in row["choices"] if c != right]
            for choice in draw.sample(wrong, min(_WRONG, len(wrong))):
                yield LabelledPair(row["question"], choice, "", evidence, False, "belebele")
