"""Questions with the passages that each is asked of: files of JSON lines, as NoMIRACL has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from assistant.fitting.json_lines import lines_of, parsed
from assistant.index.passage import Passage, PassageNode
from assistant.index.vectorize import vectorize
from assistant.language import Language, split_sentences
from assistant.models.embedder import Embedder
from assistant.retrieval.hits import Hit, make_hit

_EXAMPLE = 'A line is {"id", "language", "question", "answerable", "passages": [text, …]}.'


class Pool(BaseModel):
    """One line: a question, passages, and whether they answer it.

    Attributes:
        id: Of the question.
        group: Questions that share one are fitted on together or not at all; the id by default.
        source: What the figures of its questions are named with: the file's name.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    language: Language
    question: str = Field(min_length=1)
    answerable: bool
    passages: list[str] = Field(min_length=1)
    group: str = ""
    source: str = Field("", exclude=True)


def load_pools(path: Path) -> list[Pool]:
    """The pools of a file.

    Raises:
        InvalidInputError: The file cannot be read, or a line is malformed; it is named.
    """
    pools = []
    for number, line in enumerate(lines_of(path), start=1):
        pool = parsed(Pool, line, f"{path}:{number}", _EXAMPLE)
        group = pool.group or pool.id
        pools.append(pool.model_copy(update={"source": path.stem, "group": group}))
    return pools


def hits_of(pool: Pool, embedder: Embedder, limit: int) -> list[Hit]:
    """The passages of a pool as hits for its question, the nearest first.

    Args:
        pool: The question and its passages.
        embedder: What their vectors are made with.
        limit: How many hits at most.
    """
    nodes = list(_nodes(pool))
    vectorize(nodes, embedder)
    (vectors,) = embedder.embed_questions([pool.question])
    hits = [make_hit(node, 0.0, vectors) for node in nodes]
    return sorted(hits, key=lambda hit: -hit.cosine)[:limit]


def _nodes(pool: Pool) -> Iterator[PassageNode]:
    for number, text in enumerate(pool.passages):
        name = f"{pool.id}:{number}"
        yield PassageNode.from_passage(
            Passage(
                id=name, document_id=name, collection="", source=pool.source, title="",
                language=pool.language, text=text, ordinal=0,
                sentences=tuple(split_sentences(text)),
            )
        )  # fmt: skip
