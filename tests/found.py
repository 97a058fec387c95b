"""What a search would find: passages with the vectors that an embedder gives them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.index.passage import Passage
from assistant.models.embedder import PassageText, SentenceTransformerEmbedder
from assistant.retrieval.hits import Hit
from assistant.retrieval.relevance import relevance
from assistant.retrieval.search import SearchResult


def find(
    embedder: SentenceTransformerEmbedder, query: str, passages: Sequence[Passage]
) -> SearchResult:
    """All the passages, in their order."""
    (asked,) = embedder.embed_questions([query])
    texts = [PassageText(p.heading_path, p.text, p.sentences) for p in passages]
    read = embedder.embed_passages(texts) if texts else []
    hits = []
    for passage, vectors in zip(passages, read, strict=True):
        cosine = float(vectors.dense @ asked.dense)
        hits.append(
            Hit(
                passage=passage,
                score=1.0,
                cosine=cosine,
                sentence_cosines=vectors.sentences @ asked.dense,
                relevances=relevance(vectors.sentences, asked.tokens, cosine),
                sentence_vectors=vectors.sentences,
                overlap=0.5,
                vector=vectors.dense,
                token_cosines=np.full(3, 0.6, np.float32),
            )
        )
    return SearchResult(hits, asked)
