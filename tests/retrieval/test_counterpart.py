"""A quote is found again in another edition of its document."""

from __future__ import annotations

import numpy as np

from assistant.index.passage import Passage, PassageNode
from assistant.language import Span, split_sentences
from assistant.retrieval.counterpart import counterpart

#: A direction for each of the sentences below, whatever language it is in.
_BEDS, _FEE, _KEYS = np.eye(3, dtype=np.float32)


def node(text: str, *vectors: np.ndarray, identifier: str = "p") -> PassageNode:
    passage = Passage(
        id=identifier, document_id="d", collection="c", source="s", title="t", language="en",
        text=text, ordinal=0, sentences=tuple(split_sentences(text)),
    )  # fmt: skip
    made = PassageNode.from_passage(passage)
    made.sentence_vectors = np.stack(vectors) if vectors else None
    return made


QUOTED = node("Rooms have two beds. The fee is 200 riyals. Keys are returned.", _BEDS, _FEE, _KEYS)
START, END = 21, 43


def found(edition: list[PassageNode], start: int = START, end: int = END) -> str | None:
    place = counterpart(QUOTED, start, end, edition)
    return place[0].text[place[1].start : place[1].end].strip() if place else None


def test_the_sentence_that_says_the_same_is_found_wherever_it_stands() -> None:
    first = node("방에는 침대가 둘 있다. 열쇠는 반납한다.", _BEDS, _KEYS, identifier="a")
    second = node("수수료는 200리얄이다. 방에는 침대가 둘 있다.", _FEE, _BEDS, identifier="b")
    assert found([first, second]) == "수수료는 200리얄이다."


def test_as_many_sentences_are_found_as_are_quoted_or_there_are() -> None:
    text = "수수료는 200리얄이다. 열쇠는 반납한다. 방에는 침대가 둘 있다."
    edition = node(text, _FEE, _KEYS, _BEDS)
    whole = len(QUOTED.text)
    assert found([edition], START, whole) == "수수료는 200리얄이다. 열쇠는 반납한다."
    assert found([node("수수료는 200리얄이다.", _FEE)], 0, whole) == "수수료는 200리얄이다."


def test_nothing_is_found_without_sentences_or_vectors() -> None:
    assert found([node("수수료는 200리얄이다.")]) is None
    assert found([]) is None
    assert found([node("x.", _FEE)], 10_000, 10_001) is None
    assert Span(START, END) in [Span(s.start, s.end) for s in split_sentences(QUOTED.text)]
