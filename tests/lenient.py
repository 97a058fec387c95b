"""A judge whose model lets everything pass: only what is refused is held back. The tiny model's
vectors lie anyhow."""

from __future__ import annotations

from assistant.answering.verdict.judge import Judge
from assistant.answering.verdict.model import VerdictModel
from assistant.models.embedder import SentenceTransformerEmbedder


def lenient(embedder: SentenceTransformerEmbedder) -> Judge:
    """A judge that only refuses."""
    return Judge(embedder, VerdictModel((), {"": 0.0}, 0.0))


def strict(embedder: SentenceTransformerEmbedder) -> Judge:
    """A judge that lets nothing pass."""
    return Judge(embedder, VerdictModel((), {"": 0.0}, 1.0))
