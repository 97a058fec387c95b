"""The three kinds of vectors of a passage: dense, of its sentences, and sparse."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.index.passage import PassageNode
from assistant.index.sparse import encode_passage
from assistant.models.embedder import Embedder, PassageText


def vectorize(nodes: Sequence[PassageNode], embedder: Embedder) -> None:
    """Give passages their vectors, as the index and every search want them."""
    plain = [node.to_passage() for node in nodes]
    vectors = embedder.embed_passages(
        [PassageText(p.heading_path, p.text, p.sentences) for p in plain]
    )
    for node, passage, vector in zip(nodes, plain, vectors, strict=True):
        node.embedding = vector.dense.tolist()
        node.sentence_vectors = vector.sentences
        node.sparse = encode_passage(f"{passage.heading_path}\n{passage.text}")
