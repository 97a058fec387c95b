"""Our search as a llama-index retriever, to be dropped into its query engines."""

from __future__ import annotations

from llama_index.core.async_utils import asyncio_run
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.retrieval.hits import Hit, Scope
from assistant.retrieval.search import Retriever


class PassageRetriever(BaseRetriever):
    """Finds passages across the three languages; a llama-index retriever.

    Args:
        retriever: Our search.
        limit: How many passages are found at most.
        scope: Which may be found; by default all that are in force today.

    Example:
        >>> engine = RetrieverQueryEngine.from_args(PassageRetriever(searcher), llm=llm)
        >>> print(engine.query("교류 신청 자격은?"))
    """

    def __init__(self, retriever: Retriever, limit: int = 8, scope: Scope | None = None) -> None:
        super().__init__()
        self._retriever = retriever
        self._limit = limit
        self._scope = scope

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found: list[NodeWithScore] = asyncio_run(self._aretrieve(query_bundle))
        return found

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        result = await self._retriever.search(query_bundle.query_str, self._limit, self._scope)
        return [_node(hit) for hit in result.hits]


def _node(hit: Hit) -> NodeWithScore:
    passage = hit.passage
    metadata = {
        "document_id": passage.document_id,
        "collection": passage.collection,
        "source": passage.source,
        "title": passage.title,
        "locator": passage.locator,
        "language": passage.language,
    }
    node = TextNode(id_=passage.id, text=passage.text, metadata=metadata)
    # A model is told the place only: ids and file names are for the caller.
    told = {"title", "locator"}
    node.excluded_llm_metadata_keys = [key for key in metadata if key not in told]
    return NodeWithScore(node=node, score=hit.score)
