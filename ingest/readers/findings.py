"""What is noticed while a file is read, counted."""

from __future__ import annotations

from collections import Counter

from assistant.codes import RemarkKind
from ingest.readers.source import Remark


class Findings:
    """Counts what is left out or resolved, to be told in one remark for each kind of thing.

    The remarks have numbers and no texts: those who may see them are not always those who may
    see what a file hides.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[RemarkKind, str]] = Counter()

    def note(self, kind: RemarkKind, what: str, number: int = 1) -> None:
        """Count some things; ``what`` names them in the plural, in English."""
        self._counts[kind, what] += number

    def remarks(self) -> tuple[Remark, ...]:
        """The remarks, in the order in which things were first noticed."""
        return tuple(
            Remark(kind, f"{what}: {number}")
            for (kind, what), number in self._counts.items()
            if number
        )
