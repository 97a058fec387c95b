"""Generated answers, kept in memory for when the same is asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache

from assistant.models.piece import Piece

#: So many dropped documents are remembered, for answers that are on their way.
_DROPPED = 10_000


@dataclass(frozen=True)
class CachedAnswer:
    """A generated text, before any check.

    Attributes:
        pieces: All of it, as it arrived.
        cut_off: Whether the limit of tokens ended it.
    """

    pieces: tuple[Piece, ...]
    cut_off: bool


class AnswerCache:
    """Keeps the raw text that the generator gave for a prompt.

    The key is the whole prompt (question, evidence, language, instructions), the model and the
    options, so what was kept cannot outlive a change of any of them: another text in a document
    makes another prompt. A document that changes or goes takes its answers along at once, by
    `drop_document`. What comes from the cache goes through the checks again.

    Args:
        size: How many answers are kept; 0 keeps none.
        seconds: How long each is kept.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._answers: TTLCache[str, CachedAnswer] = TTLCache(max(size, 1), seconds)
        self._enabled = size > 0
        self._documents: dict[str, frozenset[str]] = {}
        self._dropped: TTLCache[str, int] = TTLCache(_DROPPED, seconds)
        self._drops = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: str) -> CachedAnswer | None:
        """The answer that is kept under a key, or None."""
        with self._lock:
            return self._answers.get(key)

    @property
    def drops(self) -> int:
        """How often documents were dropped so far."""
        return self._drops

    def put(
        self, key: str, answer: CachedAnswer, document_ids: Collection[str], since: int = 0
    ) -> None:
        """Keep an answer that was made from these documents, unless one of them was dropped in
        the meantime.

        Args:
            key: Under which it is found again.
            answer: The answer.
            document_ids: The documents.
            since: `drops` when they were read.
        """
        if not self._enabled:
            return
        with self._lock:
            if any(self._dropped.get(document, 0) > since for document in document_ids):
                return
            self._answers[key] = answer
            self._documents[key] = frozenset(document_ids)
            # The tags of answers that have left the cache leave with them.
            if len(self._documents) > 2 * len(self._answers) + 16:
                kept = self._documents.items()
                self._documents = {k: v for k, v in kept if k in self._answers}

    def tag(self, keys: Iterable[str], document_ids: Iterable[str], since: int = 0) -> None:
        """Note that the answers under ``keys`` have to do with these documents, too; they go where
        one of them was dropped in the meantime, see `put`."""
        documents = frozenset(document_ids)
        with self._lock:
            gone = any(self._dropped.get(document, 0) > since for document in documents)
            for key in keys:
                if gone:
                    self._answers.pop(key, None)
                if key in self._answers:
                    self._documents[key] = self._documents.get(key, frozenset()) | documents

    def drop_document(self, document_id: str) -> int:
        """Forget all answers made from a document; how many there were."""
        with self._lock:
            self._drops += 1
            self._dropped[document_id] = self._drops
            keys = [key for key, ids in self._documents.items() if document_id in ids]
            for key in keys:
                del self._documents[key]
            return sum(self._answers.pop(key, None) is not None for key in keys)
