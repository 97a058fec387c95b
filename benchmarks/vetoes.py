"""The vetoes that the service holds sentences back by, as the baseline of benchmarks/verdicts.py.

All of them but what needs the generator's own probabilities.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from assistant.answering.checks import Claim, default_checks, first_rejection
from assistant.answering.citations import attribute
from assistant.answering.support import SupportFinder
from assistant.language import Language
from assistant.models.embedder import SentenceTransformerEmbedder, Vectors
from assistant.retrieval.evidence import Evidence

_GENERATOR = "qwen2.5-coder-1.5b-instruct"


class Vetoes:
    """Judges the answers to one question by all vetoes.

    Args:
        embedder: The embedder.
        evidence: What is quoted for the question; at least one piece.
        question: The question.
        tokens: Vectors of its tokens.
    """

    def __init__(
        self,
        embedder: SentenceTransformerEmbedder,
        evidence: Sequence[Evidence],
        question: str,
        tokens: Vectors,
    ) -> None:
        self._question = question
        self._finder = SupportFinder(embedder, evidence, tokens)
        self._checks = default_checks(embedder.model_name, _GENERATOR)

    def shown(self, text: str, language: Language) -> bool:
        """Whether no check objects to an answer."""
        supports = attribute(text, asyncio.run(self._finder.find(text)))
        nearest = max(supports, key=lambda support: support.nearness)
        claim = Claim(
            text=text,
            language=language,
            question=self._question,
            cited=[support.evidence for support in supports],
            support=nearest.sentence,
            nearness=nearest.nearness,
            lag=min(support.lag for support in supports),
        )
        return first_rejection(claim, self._checks) is None
