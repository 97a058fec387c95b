"""Generated answers, kept in memory for when the same is asked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import TTLCache
from llama_index.core.llms import ChatMessage

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
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: str) -> CachedAnswer | None:
        """The answer that is kept under a key, or None."""
        with self._lock:
            return self._answers.get(key)

    def put(self, key: str, answer: CachedAnswer) -> None:
        """Keep an answer."""
        if not self._enabled:
            return
        with self._lock:
            self._answers[key] = answer
            # The tags of answers that have left the cache leave with them.
            if len(self._documents) > 2 * len(self._answers) + 16:
                kept = self._documents.items()
                self._documents = {k: v for k, v in kept if k in self._answers}

    def tag(self, keys: Iterable[str], document_ids: Iterable[str]) -> None:
        """Note which documents the answers under ``keys`` were made from."""
        documents = frozenset(document_ids)
        with self._lock:
            for key in keys:
                if key in self._answers:
                    self._documents[key] = self._documents.get(key, frozenset()) | documents

    def drop_document(self, document_id: str) -> int:
        """Forget all answers made from a document; how many there were."""
        with self._lock:
            keys = [key for key, ids in self._documents.items() if document_id in ids]
            for key in keys:
                del self._documents[key]
            return sum(self._answers.pop(key, None) is not None for key in keys)


def cache_key(
    model: str, messages: Sequence[ChatMessage], max_tokens: int, options: dict[str, Any]
) -> str:
    """Under what an answer is kept: sha256 of everything that made it."""
    said = [[str(message.role.value), message.content] for message in messages]
    parts = json.dumps([model, said, max_tokens, options], sort_keys=True, default=str)
    return hashlib.sha256(parts.encode()).hexdigest()
