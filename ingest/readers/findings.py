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
        #: Texts that were left out, by which the rest is measured; no remark has them.
        self.left_out: list[str] = []

    def note(self, kind: RemarkKind, what: str, number: int = 1) -> None:
        """Count some things; ``what`` names them in the plural, in English."""
        self._counts[kind, what] += number

    def leave_out(self, kind: RemarkKind, what: str, text: str) -> None:
        """Count a text that is left out."""
        if text.strip():
            self.note(kind, what)
            self.left_out.append(text)

    def remarks(self) -> tuple[Remark, ...]:
        """The remarks, in the order in which things were first noticed."""
        return tuple(
            Remark(kind, f"{what}: {number}")
            for (kind, what), number in self._counts.items()
            if number
        )
