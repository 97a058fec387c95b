"""Editions of one policy in several languages, among the hits of a search."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language import Language
from assistant.retrieval.search import Hit


def prefer_language(hits: Sequence[Hit], language: Language) -> list[Hit]:
    """Without the hits whose policy was also found in the reader's language."""
    own = {h.passage.work_id for h in hits if h.passage.language == language}
    return [
        hit
        for hit in hits
        if hit.passage.language == language
        or hit.passage.work_id is None
        or hit.passage.work_id not in own
    ]
