"""A paragraph's text as it is put together, notes behind the sentences that refer to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from assistant.language import split_sentences
from ingest.readers.content import Content


class Note(NamedTuple):
    """A foot- or endnote, and at which character of a paragraph it is referred to."""

    at: int
    text: str


@dataclass
class TextLine:
    """A paragraph's text as it is put together, and what hangs on it.

    Attributes:
        pieces: Its text.
        notes: Its foot- and endnotes.
        boxes: The content of text boxes, charts and diagrams that are fixed to it.
    """

    pieces: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    boxes: list[Content] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool("".join(self.pieces).strip() or self.boxes)

    @property
    def length(self) -> int:
        """Characters so far."""
        return sum(map(len, self.pieces))

    @property
    def words(self) -> str:
        """The text without its notes."""
        return _tidy("".join(self.pieces))

    @property
    def text(self) -> str:
        """The text with its notes."""
        return _tidy(with_notes("".join(self.pieces), self.notes))


def _tidy(text: str) -> str:
    """A text without the double spaces around what was left out of it."""
    return str(regex.sub(" {2,}", " ", text)).strip()


def with_notes(text: str, notes: Sequence[Note]) -> str:
    """A paragraph with its notes in brackets, each behind the sentence that refers to it."""
    ends = [end for _, end in split_sentences(text)] if notes else []
    for note in sorted(notes, reverse=True):  # the last first, so that places stay right
        words = " ".join(note.text.split())
        if not words:
            continue
        end = next((end for end in ends if end >= note.at), len(text))
        text = f"{text[:end]} ({words}){text[end:]}"
    return text.strip()
