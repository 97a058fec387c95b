"""llama-index retrievers and models behind our answerability gate, verdict and citations."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing

from llama_index.core.llms import LLM
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore

from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.passage import Passage, PassageNode
from assistant.index.vectorize import vectorize
from assistant.language import Language, as_language, detect, estimate_tokens, split_sentences
from assistant.models.embedder import Embedder
from assistant.models.piece import Piece
from assistant.models.session import CutOffError, Prompt, SamplingOptions, TokenUsage
from assistant.retrieval.hits import Scope, make_hit
from assistant.retrieval.search import RetrievalResult


class ForeignRetriever:
    """Any llama-index retriever as our `Retriever`.

    What it finds is embedded anew at every question, since our gate and verdict compare sentences;
    for a large index ours is quicker. Of a scope, collections, documents and languages are kept to.

    Args:
        retriever: What finds nodes.
        embedder: What their sentences are embedded with.
    """

    def __init__(self, retriever: BaseRetriever, embedder: Embedder) -> None:
        self.embedder = embedder
        self._retriever = retriever

    async def search(
        self,
        query: str,
        limit: int,
        scope: Scope | None = None,
        reader: Language | None = None,
        language: Language | None = None,
    ) -> RetrievalResult:
        """See `Retriever.search`.

        Raises:
            InvalidInputError: The scope asks for works, articles or a day, which nodes do not tell.
        """
        scope = scope or Scope()
        if scope.work_ids is not None or scope.articles is not None or scope.as_of is not None:
            raise InvalidInputError(
                "A foreign retriever cannot search by work, article or day.",
                "Leave them out of the scope.",
            )
        found = await self._retriever.aretrieve(query)
        vectors = await self.embedder.aembed_question(query)
        passages = [_passage(item, place) for place, item in enumerate(found)]
        kept = [
            (passage, item.score or 0.0)
            for passage, item in zip(passages, found, strict=True)
            if _is_in(passage, scope)
        ][:limit]
        nodes = [PassageNode.from_passage(passage) for passage, _ in kept]
        if nodes:
            await asyncio.to_thread(vectorize, nodes, self.embedder)
        hits = [
            make_hit(node, score, vectors) for node, (_, score) in zip(nodes, kept, strict=True)
        ]
        return RetrievalResult(hits, vectors)


def _passage(item: NodeWithScore, place: int) -> Passage:
    node: BaseNode = item.node
    text = node.get_content(metadata_mode=MetadataMode.NONE)
    told = node.metadata

    def said(*names: str) -> str:
        return next((str(told[name]) for name in names if told.get(name)), "")

    source = said("source", "file_name", "file_path")
    document = said("document_id") or node.ref_doc_id or source or node.node_id
    language = as_language(said("language")) or detect(text).language
    return Passage(
        id=node.node_id,
        document_id=document,
        collection=said("collection") or "default",
        source=source,
        title=said("title") or source,
        language=language,
        text=text,
        ordinal=place,
        sentences=tuple(split_sentences(text)),
        locator=said("locator", "page_label"),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def _is_in(passage: Passage, scope: Scope) -> bool:
    allowed = (
        (scope.collections, passage.collection),
        (scope.document_ids, passage.document_id),
        (scope.languages, passage.language),
    )
    return all(names is None or value in names for names, value in allowed)


class ForeignGenerator:
    """Any llama-index model as our `TextGenerator`. How it samples is its own matter.

    Args:
        llm: The model.
    """

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    @property
    def model(self) -> str:
        """Name of the model, as replies report it."""
        return self._llm.metadata.model_name

    async def ready(self) -> bool:
        """Whether it can be asked: that shows when it is."""
        return True

    def stop(self) -> None:
        """Nothing was started for it."""

    async def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        """See `TextGenerator.stream`. Tokens are estimated; grammars are not kept to."""
        usage.prompt_tokens += sum(estimate_tokens(m.content or "") for m in prompt.messages)
        written = ""
        try:
            stream = await self._llm.astream_chat(list(prompt.messages))
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    if chunk.delta:
                        written += chunk.delta
                        yield Piece(chunk.delta)
                    if estimate_tokens(written) >= prompt.max_tokens:
                        raise CutOffError
        except (CutOffError, GeneratorExit):
            raise
        except Exception as error:  # every class of models has its own
            raise UnavailableError(
                f"{self.model} does not answer: {type(error).__name__}: {error}"
            ) from error
        finally:
            usage.completion_tokens += estimate_tokens(written)
