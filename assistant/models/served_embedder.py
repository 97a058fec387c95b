"""An embedder that is asked for vectors of whole texts only, as servers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from assistant.errors import UnavailableError
from assistant.language import estimate_tokens
from assistant.models.batching import QueryBatcher
from assistant.models.embedder import PassageText, PassageVectors, QueryVectors, Vectors
from assistant.models.prompts import Prompts

_PROBE = "What is this model?"


class ServedEmbedder:
    """Embeds passages, their sentences and questions as texts of their own.

    There are no vectors of tokens: a sentence is embedded by itself, not pooled in its passage,
    and a question's own vector stands for those of its tokens. So its vectors mean something else
    than those of `SentenceTransformerEmbedder` over the same weights, and its name has to differ.

    Args:
        name: What to call it; vectors of differently named models are never mixed.
        prompts: What is put before each text.
        embed: Unit vectors of texts, of shape ``(n, d)``; it is asked once at the start.

    Raises:
        UnavailableError: What ``embed`` raises.
    """

    def __init__(
        self, name: str, prompts: Prompts, embed: Callable[[Sequence[str]], Vectors]
    ) -> None:
        self.model_name = name
        self._prompts = prompts
        self._ask = embed
        self._dimensions = embed([prompts.query_input(_PROBE)]).shape[1]
        self._batcher: QueryBatcher[QueryVectors] = QueryBatcher(self.embed_questions)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._dimensions)

    def query_input(self, query: str) -> str:
        """See `Embedder.query_input`."""
        return self._prompts.query_input(query)

    def passage_input(self, title: str, text: str) -> str:
        """See `Embedder.passage_input`."""
        return self._prompts.passage_input(title, text)

    def count_tokens(self, texts: Sequence[str]) -> int:
        """An estimate: the model's tokens are not known here."""
        return sum(estimate_tokens(text) for text in texts)

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """See `Embedder.embed_passages`. A text that occurs again is asked for once."""
        wanted = [
            [
                self.passage_input(passage.title, passage.text),
                *(self.passage_input("", passage.text[a:b]) for a, b in passage.sentences),
            ]
            for passage in passages
        ]
        # The longest first: servers pad a request to its longest text.
        texts = sorted({text for inputs in wanted for text in inputs}, key=len, reverse=True)
        vectors = dict(zip(texts, self._embed(texts), strict=True)) if texts else {}
        rows = [np.stack([vectors[text] for text in inputs]) for inputs in wanted]
        return [PassageVectors(row[0], row[1:]) for row in rows]

    def embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        """See `Embedder.embed_sentences`."""
        return self._embed([self.passage_input("", text) for text in sentences])

    def embed_questions(self, queries: Sequence[str]) -> list[QueryVectors]:
        """See `Embedder.embed_questions`."""
        return [QueryVectors(row, row[None]) for row in self.embed_queries(queries)]

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """See `Embedder.embed_queries`."""
        return self._embed([self.query_input(query) for query in queries])

    async def aembed_question(self, query: str) -> QueryVectors:
        """See `Embedder.aembed_question`."""
        return await self._batcher.vectors(query)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._ask(texts)
        if vectors.shape[1] != self._dimensions:
            raise UnavailableError(
                f"{self.model_name} gives vectors of {vectors.shape[1]} numbers, and gave "
                f"{self._dimensions} before.",
                "The server has another model now: start Trilogue anew, with an index of its own.",
            )
        return vectors
