"""Judges that need no weights: the tiny model's vectors lie anyhow."""

from __future__ import annotations

from assistant.answering.verdict.judge import Judge
from assistant.answering.verdict.model import Term, VerdictModel
from assistant.models.embedder import SentenceTransformerEmbedder


def lenient(embedder: SentenceTransformerEmbedder) -> Judge:
    """A judge that holds back what is refused, what asks and what speaks of the sources."""
    never = tuple(Term(signal, -20.0) for signal in ("about_sources", "asks"))
    return Judge(embedder, VerdictModel(never, {"": 5.0}, 0.5))


def strict(embedder: SentenceTransformerEmbedder) -> Judge:
    """A judge that lets nothing pass."""
    return Judge(embedder, VerdictModel((), {"": 0.0}, 1.0))
