"""Generated answers that are kept for when the same is asked again, as the generator knows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.models.piece import Piece


@dataclass(frozen=True)
class CachedAnswer:
    """A generated text, before any check.

    Attributes:
        pieces: All of it, as it arrived.
        cut_off: Whether the limit of tokens ended it.
    """

    pieces: tuple[Piece, ...]
    cut_off: bool


class AnswerCache(Protocol):
    """Keeps the raw text that the generator gave for a prompt.

    The key is the whole prompt (question, evidence, language, instructions), the model and the
    options, so what was kept cannot outlive a change of any of them: another text in a document
    makes another prompt. A document that changes or goes takes its answers along at once. What
    comes from the cache goes through the checks again. A cache that cannot be reached keeps and
    has nothing.
    """

    def moment(self) -> datetime:
        """Now, by the cache's clock."""

    def get(self, key: str) -> CachedAnswer | None:
        """The answer that is kept under a key, or None."""

    def put(
        self, key: str, answer: CachedAnswer, document_ids: Collection[str], since: datetime
    ) -> None:
        """Keep an answer that was made from these documents, unless one of them has changed or
        gone in the meantime.

        Args:
            key: Under which it is found again.
            answer: The answer.
            document_ids: The documents.
            since: `moment` before they were read.
        """

    def tag(self, keys: Collection[str], document_ids: Collection[str], since: datetime) -> None:
        """Note that the answers under ``keys`` have to do with these documents, too; they go where
        one of them has changed or gone in the meantime, see `put`."""
