"""Passages: the unit that is indexed, found and cited."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from assistant.index.sparse import SparseVector
from assistant.language import Language, Span


@dataclass(frozen=True)
class Passage:
    """One article, clause or section of a document, or a part of a long one.

    Attributes:
        id: UUID, stable for a document's content.
        document_id: UUID of the document.
        collection: The collection that the document belongs to.
        source: File name of the document.
        title: Title of the document.
        language: Language of the passage.
        text: Verbatim text.
        ordinal: Place in the document, from 0.
        sentences: Spans of its sentences in ``text``.
        locator: Where it stands, as readers cite it: ``제15조``, ``المادة 15``, a heading path.
        headings: The headings above it, the outermost first.
        page: Page it begins on, from 1, for documents that have pages.
        page_breaks: Where in ``text`` further pages begin: offset and page of each, in order.
        work_id: What the editions of one policy in several languages share.
        content_hash: sha256 of the file that it was read from.
        article: Number of the article that the locator names (``15``, ``15-2``), if it does.
        effective_from: First day that it is in force, as a number (20260911); None if unknown.
        effective_until: Last day that it is in force, likewise.
    """

    id: str
    document_id: str
    collection: str
    source: str
    title: str
    language: Language
    text: str
    ordinal: int
    sentences: tuple[Span, ...] = ()
    locator: str = ""
    headings: tuple[str, ...] = ()
    page: int | None = None
    page_breaks: tuple[tuple[int, int], ...] = ()
    work_id: str | None = None
    content_hash: str = ""
    article: str | None = None
    effective_from: int | None = None
    effective_until: int | None = None

    @property
    def heading_path(self) -> str:
        """Title and headings in one line: what the embedder is told of the passage's place."""
        path = [self.title, *(h for h in self.headings if h != self.title)]
        return " › ".join(part for part in path if part)

    def page_at(self, offset: int) -> int | None:
        """The page on which a place in ``text`` stands."""
        at = bisect_right(self.page_breaks, offset, key=lambda found: found[0])
        return self.page_breaks[at - 1][1] if at else self.page

    def pages(self, start: int, end: int) -> tuple[int, ...]:
        """The pages on which a part of ``text`` stands; none for documents without pages."""
        first, last = self.page_at(start), self.page_at(max(start, end - 1))
        return () if first is None or last is None else tuple(range(first, last + 1))

    def to_payload(self) -> dict[str, Any]:
        """The passage as Qdrant stores it: JSON values only, without the id."""
        # Not asdict(): it copies every span of every sentence, a fifth of the time of a search.
        payload = {name: value for name, value in vars(self).items() if name != "id"}
        payload["sentences"] = [list(span) for span in self.sentences]
        payload["headings"] = list(self.headings)
        payload["page_breaks"] = [list(pair) for pair in self.page_breaks]
        return payload

    @classmethod
    def from_payload(cls, passage_id: str, payload: dict[str, Any]) -> Self:
        """The inverse of `to_payload`; unknown keys are ignored."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in payload.items() if key in known}
        values["sentences"] = tuple(Span(*pair) for pair in values.get("sentences", ()))
        values["headings"] = tuple(values.get("headings", ()))
        breaks = values.get("page_breaks", ())  # not in the passages of earlier versions
        values["page_breaks"] = tuple((offset, page) for offset, page in breaks)
        return cls(id=passage_id, **values)


class PassageNode(TextNode):
    """A passage on its way through llama-index, with its three kinds of vectors.

    ``embedding`` is the dense vector, as in every llama-index node; ``metadata`` is the
    passage's payload without its text.

    Attributes:
        sparse: Terms of the passage for lexical search.
        sentence_vectors: Unit vectors of its sentences, of shape ``(n, d)``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    sparse: SparseVector | None = Field(default=None, exclude=True)
    sentence_vectors: NDArray[np.float32] | None = Field(default=None, exclude=True)

    @classmethod
    def class_name(cls) -> str:
        return "PassageNode"

    @classmethod
    def from_passage(cls, passage: Passage) -> Self:
        """A node without vectors."""
        payload = passage.to_payload()
        return cls(
            id_=passage.id,
            text=payload.pop("text"),
            metadata=payload,
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.document_id)},
        )

    def to_passage(self) -> Passage:
        """The passage of this node."""
        return Passage.from_payload(self.node_id, {**self.metadata, "text": self.text})
