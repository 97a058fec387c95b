"""What an adapter of the generator is trained on: the generator's own prompts, and what it should
have said.

From pieces of invented policies in three languages that are exactly parallel
(``data/verdict_pieces.jsonl``; no fact of an eval suite is in them): questions with the answer in
a whole sentence of the asker's language that keeps to the words and figures of the clause
(``data/lesson_answers.jsonl``, written for this), evidence in any of the three, of the piece's own
clauses and now and then of another piece; questions whose clause is not among the evidence, to
which the right answer is that the sources do not say it; and clauses with their translations.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from llama_index.core.llms import ChatMessage
from verdict_groups import load_pieces, whole_answers

from assistant.answering.prompting.prompt import fenced, render
from assistant.language import LANGUAGES, Language
from assistant.language.list_marks import without_list_numbers

_DATA: Final = Path(__file__).parent / "data"
#: One piece in so many is kept for trying out what was learned.
HELD_OUT: Final = 10
#: What is said where the sources do not say it.
SILENT: Final[dict[Language, str]] = tomllib.loads(
    (_DATA / "lesson_words.toml").read_text("utf-8")
)["silent"]
#: Clauses of a piece that are evidence at a time.
_FEWEST, _MOST = 2, 5
#: Shares of lessons with a clause of another piece beside, and of questions whose clause is left
#: out: where one answer in nine was that the sources do not say it, so was one in four to questions
#: that they answer.
_STRANGE, _LEFT_OUT = 0.4, 0.04
#: Share of lessons across languages that are translations.
_TRANSLATED = 0.2


@dataclass(frozen=True)
class Turn:
    """A prompt, and what should have been said."""

    prompt: tuple[ChatMessage, ...]
    said: str


#: Turns whose prompts begin alike: questions about the same evidence, or translations into the same
#: language.
Lesson = tuple[Turn, ...]


def pieces_to(learn: bool) -> list[dict[str, Any]]:
    """The pieces that are learned from, or those that it is tried on."""
    return [p for i, p in enumerate(load_pieces()) if (i % HELD_OUT != 0) == learn]


def lessons(pieces: Sequence[dict[str, Any]], seed: int) -> Iterator[Lesson]:
    """Each piece in each pair of languages once, in an order of chance."""
    random_ = random.Random(seed)
    order = [
        (piece, language, source)
        for piece in pieces
        for language in LANGUAGES
        for source in LANGUAGES
    ]
    random_.shuffle(order)
    for piece, language, source in order:
        if language != source and random_.random() < _TRANSLATED:
            turns = _translations(piece, language, source, random_)
        else:
            other = random_.choice([p for p in pieces if p is not piece])
            turns = _answers(piece, language, source, other, random_)
        if turns:
            yield tuple(turns)


def _answers(
    piece: dict[str, Any],
    language: Language,
    source: Language,
    other: dict[str, Any],
    random_: random.Random,
) -> list[Turn]:
    questions = [
        (question, said)
        for number, question in enumerate(piece["questions"])
        if (said := whole_answers()[piece["id"], number][language])
    ]
    if not questions:
        return []
    kept = {
        i for question, _ in questions if random_.random() >= _LEFT_OUT for i in question["support"]
    }
    supports = {i for question, _ in questions for i in question["support"]}
    rest = [i for i in range(len(piece["clauses"][source])) if i not in supports]
    more = max(0, random_.randint(_FEWEST, _MOST) - len(kept))
    chosen = [*kept, *random_.sample(rest, min(more, len(rest)))]
    random_.shuffle(chosen)
    evidence = [_quote(piece, i, source) for i in chosen]
    if not evidence or random_.random() < _STRANGE:
        language_of_other = random_.choice((source, source, *LANGUAGES))
        clause = random_.randrange(len(other["clauses"][language_of_other]))
        strange = _quote(other, clause, language_of_other)
        evidence = [strange, *evidence] if random_.random() < 0.4 else [*evidence, strange]
    return [
        Turn(
            tuple(render("answer", language, _asked(question["ask"][language], evidence))),
            said if set(question["support"]) <= kept else SILENT[language],
        )
        for question, said in questions
    ]


def _asked(question: str, evidence: Sequence[dict[str, str]]) -> dict[str, object]:
    return {"question": fenced(question), "evidence": list(evidence)}


def _quote(piece: dict[str, Any], clause: int, language: Language) -> dict[str, str]:
    return {
        "title": fenced(piece["title"][language]),
        "quote": fenced(without_list_numbers(piece["clauses"][language][clause])),
    }


def _translations(
    piece: dict[str, Any], language: Language, source: Language, random_: random.Random
) -> list[Turn]:
    pairs = list(zip(piece["clauses"][source], piece["clauses"][language], strict=True))
    return [
        Turn(tuple(render("translation", language, {"quote": fenced(quote)})), said)
        for quote, said in random_.sample(pairs, min(3, len(pairs)))
    ]
