"""What the cross-encoder is trained on: questions, evidence, and answers that it supports or not.

From pieces of invented policies that were written for this (``data/verdict_pieces.jsonl``), from
public question sets (`verdict_pairs`), from sentences of the corpus that were made wrong by rule
(`verdict_corruptions`), and from the verdict benchmark's fitting half (`verdict_training`).
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import regex
from verdict_pairs import LabelledPair

from assistant.answering.verdict.found import READ_CHARACTERS
from assistant.fitting.corruptions import changed_number, shuffled
from assistant.language import LANGUAGES, Language
from assistant.language.polarity import turned
from assistant.models.cross_encoder import EvidenceText

_DATA: Final = Path(__file__).parent / "data"
PIECES = _DATA / "verdict_pieces.jsonl"
_DIGITS: Final = regex.compile(r"\p{Nd}+(?:[.,٫٬]\p{Nd}+)*")
#: Shares of questions whose evidence is gone; that see a part of the piece which does not answer
#: them; and that see a part of another piece, or of one in another language.
_GONE, _BESIDE, _STRANGE = 0.1, 0.6, 0.4
#: Ways of cutting a piece in each language.
_WAYS = 2
#: Shares of questions that carry another one; with words in disorder, a number changed, the
#: question itself as an answer; with clauses, and with whole sentences, as answers.
_CARRIED, _SHUFFLED, _CHANGED, _ECHOED, _COPIED, _WHOLE = 0.15, 0.3, 0.3, 0.08, 0.6, 0.5
_SHORT_VOWELS: Final = regex.compile(r"[\u064E-\u0652]")


@dataclass(frozen=True)
class Answer:
    """An answer to a question.

    Attributes:
        text: Its words.
        right: Whether the evidence supports it.
        evidence: Which pieces of its group's evidence it is read with.
        kind: What is wrong, or the form; for reports.
        key: Of its case in the benchmark, where it is one.
    """

    text: str
    right: bool
    evidence: tuple[int, ...]
    kind: str = ""
    key: str = ""


@dataclass(frozen=True)
class Asked:
    """A question with answers, and which pieces of its group's evidence it is read with."""

    question: str
    evidence: tuple[int, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Group:
    """Evidence and questions about it, and the fact that all is about, where it is one."""

    evidence: tuple[str, ...]
    asked: tuple[Asked, ...]
    fact: str = ""

    @property
    def answers(self) -> list[Answer]:
        """All answers, in their order."""
        return [answer for asked in self.asked for answer in asked.answers]


def pair_groups(pairs: Sequence[LabelledPair]) -> list[Group]:
    """Pairs of public sets and of the corpus, those of one question together."""
    by_question: dict[tuple[str, str], list[LabelledPair]] = defaultdict(list)
    for pair in pairs:
        by_question[pair.question, pair.source].append(pair)
    groups = []
    for (question, _), own in by_question.items():
        texts = [str(EvidenceText(pair.heading, pair.evidence)) for pair in own]
        evidence = list(dict.fromkeys(texts))
        answers = tuple(
            Answer(pair.answer, pair.supported, (evidence.index(text),))
            for pair, text in zip(own, texts, strict=True)
        )
        everything = tuple(range(len(evidence)))
        groups.append(Group(tuple(evidence), (Asked(question, everything, answers),)))
    return groups


def load_pieces(path: Path = PIECES) -> list[dict[str, Any]]:
    """Pieces of invented policies: clauses, questions and answers in three languages."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@lru_cache
def whole_answers() -> dict[tuple[str, int], dict[Language, str | None]]:
    """Answers to the pieces' questions in whole sentences that keep to the clause, by piece and
    number of the question (``data/lesson_answers.jsonl``); none where the clauses leave it open."""
    lines = (_DATA / "lesson_answers.jsonl").read_text("utf-8").splitlines()
    rows = map(json.loads, lines)
    return {(row.pop("id"), row.pop("q")): _unvowelled(row) for row in rows}


def _unvowelled(row: dict[Language, str | None]) -> dict[Language, str | None]:
    """Texts as policies are written, where few words have short vowels: a small model that learns
    them begins with a vowelled letter and goes on with anything."""
    return {language: text and _SHORT_VOWELS.sub("", text) for language, text in row.items()}


def piece_groups(pieces: Sequence[Mapping[str, Any]], draw: random.Random) -> list[Group]:
    """Every question of every piece in every language, with evidence in a language that is drawn
    anew at every call; three questions share their evidence."""
    groups = []
    for piece in pieces:
        for turn in range(len(LANGUAGES)):
            languages = [LANGUAGES[(turn + i) % len(LANGUAGES)] for i in range(3)]
            groups.append(_piece_group(piece, languages, draw.choice(pieces), draw))
    return groups


def _piece_group(
    piece: Mapping[str, Any],
    languages: Sequence[Language],
    stranger: Mapping[str, Any],
    draw: random.Random,
) -> Group:
    target = draw.choice(LANGUAGES)
    parts = _cut(piece, target, draw)
    if stranger["id"] != piece["id"] and draw.random() < _STRANGE:
        foreign = draw.choice(LANGUAGES) if draw.random() < _STRANGE else target
        _, text = draw.choice(_cut(stranger, foreign, draw))
        parts.append((set(), text))
    draw.shuffle(parts)
    asked = []
    for index, language in enumerate(languages):
        gold = {int(i) for i in piece["questions"][index]["support"]}
        gone = draw.random() < _GONE
        seen = tuple(
            i
            for i, (clauses, _) in enumerate(parts)
            if (not gone if clauses & gold else draw.random() < _BESIDE)
        )
        if not seen:
            seen, gone = tuple(range(len(parts))), False
        asked.append(_asked(piece, index, language, seen, not gone, draw))
    return Group(tuple(text for _, text in parts), tuple(asked))


def _cut(
    piece: Mapping[str, Any], language: Language, draw: random.Random
) -> list[tuple[set[int], str]]:
    """A piece's clauses in runs of one to three, with their places; there are so many ways of
    cutting each piece, that texts come up again and are read once."""
    clauses = piece["clauses"][language]
    draw = random.Random(f"{piece['id']} {language} {draw.randrange(_WAYS)}")
    parts = []
    start = 0
    while start < len(clauses):
        end = min(len(clauses), start + draw.choice((1, 2, 2, 3)))
        while end > start + 1 and len(" ".join(clauses[start:end])) > READ_CHARACTERS[language]:
            end -= 1
        text = " ".join(clauses[start:end])
        parts.append((set(range(start, end)), str(EvidenceText(piece["title"][language], text))))
        start = end
    return parts


def _asked(
    piece: Mapping[str, Any],
    index: int,
    language: Language,
    seen: tuple[int, ...],
    there: bool,
    draw: random.Random,
) -> Asked:
    """A question with its answers, right only where the evidence is there."""
    asked = piece["questions"][index]
    others = [q for i, q in enumerate(piece["questions"]) if i != index]
    right = asked["right"][language]
    texts = [(text, there, "right") for text in right]
    texts += [(text, False, kind) for kind, text in asked["wrong"][language]]
    if draw.random() < _WHOLE:
        texts += _whole(piece["id"], index, there, language)
    if index < 2:  # an answer to a question of another kind says neither yes nor no
        for other in others:
            texts.append((draw.choice(other["right"][language][:2]), False, "other_question"))
        if lent := _lent(right[0], piece["clauses"][language], draw):
            texts.append((lent, False, "neighbour_short"))
    if draw.random() < _SHUFFLED:
        texts.append((shuffled(right[1], draw), False, "garbled"))
    if draw.random() < _CHANGED and (other := changed_number(draw.choice(right), draw)):
        texts.append((other, False, "number"))
    if draw.random() < _COPIED:
        texts += _copies(piece["clauses"][language], asked["support"], there, language, draw)
    question = asked["ask"][language]
    if draw.random() < _ECHOED:
        texts.append((question, False, "echo"))
    if draw.random() < _CARRIED:
        before = draw.choice(others)
        question = f"{before['ask'][language]}\n{question}"
        texts.append((before["right"][language][1], False, "turn_before"))
    return Asked(
        question, seen, tuple(Answer(text, good, seen, kind) for text, good, kind in texts)
    )


def _whole(
    piece: str, index: int, there: bool, language: Language
) -> Iterator[tuple[str, bool, str]]:
    """A whole sentence that answers, and one that answers another question."""
    own = whole_answers()[piece, index][language]
    if own:
        yield own, there, "whole"
    # An answer to a question of another kind says neither yes nor no.
    if index < 2 and (other := whole_answers()[piece, 1 - index][language]):
        yield other, False, "whole_other"


def _copies(
    clauses: Sequence[str],
    support: Sequence[int],
    there: bool,
    language: Language,
    draw: random.Random,
) -> Iterator[tuple[str, bool, str]]:
    """The clause that answers, right and made wrong, and one that does not answer."""
    beside = [i for i in range(len(clauses)) if i not in support]
    if beside:
        yield clauses[draw.choice(beside)], False, "copied_neighbour"
    if len(support) > 1:
        return
    clause = clauses[support[0]]
    yield clause, there, "copied"
    made = (turned(clause, language), "copied_turned") if draw.random() < _CHANGED else (
        changed_number(clause, draw), "copied_number"
    )  # fmt: skip
    if made[0]:
        yield made[0], False, made[1]


def _lent(short: str, clauses: Sequence[str], draw: random.Random) -> str | None:
    """A short answer with a number of another clause."""
    stated = _DIGITS.search(short)
    if not stated:
        return None
    others: set[str] = {n for c in clauses for n in _DIGITS.findall(c)} - {stated[0]}
    if not others:
        return None
    return f"{short[: stated.start()]}{draw.choice(sorted(others))}{short[stated.end() :]}"
