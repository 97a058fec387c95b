"""Foot- and endnotes, and where they are put: behind the sentence that refers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.language import split_sentences


class Note(NamedTuple):
    """A note, and at which character of a paragraph it is referred to."""

    at: int
    text: str


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
