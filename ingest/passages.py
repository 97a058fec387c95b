"""Cutting documents into passages and giving passages their vectors, as llama-index steps."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from llama_index.core.schema import BaseNode, TransformComponent
from pydantic import ConfigDict, Field, SkipValidation

from assistant.index.passage import Passage, PassageNode
from assistant.index.vectorize import vectorize
from assistant.language import Span, article_of, estimate_tokens, split_sentences
from assistant.models.embedder import Embedder
from ingest.headings import Block, is_addendum, locator
from ingest.paragraphs import places
from ingest.structure import Section, markdown_blocks, plain_blocks, sections

#: A longer section is cut between its paragraphs.
MAX_TOKENS = 350
_MAX_CHARS = 5 * MAX_TOKENS
#: A shorter rest of a section joins the passage before it: alone it says too little to be found.
_MIN_TOKENS = 40


class PassageParser(TransformComponent):
    """Documents to passages: one for each article or section, or several for a long one.

    A document's metadata must have what the job puts there: ``document_id``, ``collection``,
    ``source``, ``title``, ``language``, ``work_id``, ``content_hash``, ``markup`` and, for a
    document with pages, ``page_starts``.
    """

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        return [PassageNode.from_passage(p) for node in nodes for p in _passages(node)]


class PassageVectorizer(TransformComponent):
    """Gives passages their dense, sentence and sparse vectors."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    embedder: SkipValidation[Embedder] = Field(exclude=True)

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        vectorize([node for node in nodes if isinstance(node, PassageNode)], self.embedder)
        return nodes


def _passages(document: BaseNode) -> Iterator[Passage]:
    metadata = document.metadata
    text = document.get_content()
    if metadata["markup"] == "markdown":
        blocks = markdown_blocks(text)
    else:
        blocks = plain_blocks(text, metadata.get("page_starts") or ())
    pieces = [piece for section in sections(blocks) for piece in _pieces(section)]
    namespace = uuid.UUID(metadata["document_id"])
    for ordinal, (headings, place, paragraphs) in enumerate(pieces):
        body = "\n".join(block.text for block in paragraphs)
        yield Passage(
            # Another content gives other ids, so that old and new passages never mix.
            id=str(uuid.uuid5(namespace, f"{metadata['content_hash']}/{ordinal}")),
            document_id=metadata["document_id"],
            collection=metadata["collection"],
            source=metadata["source"],
            title=metadata["title"],
            language=metadata["language"],
            text=body,
            ordinal=ordinal,
            sentences=tuple(split_sentences(body)),
            locator=place or metadata["title"],
            article=None if is_addendum(headings) else article_of(locator(headings)),
            headings=headings,
            page=paragraphs[0].page,
            page_breaks=tuple(_page_breaks(paragraphs)),
            work_id=metadata["work_id"],
            content_hash=metadata["content_hash"],
            effective_from=metadata.get("effective_from"),
            effective_until=metadata.get("effective_until"),
        )


def _page_breaks(paragraphs: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Where in the joined text of paragraphs further pages begin: offset and page of each."""
    page = paragraphs[0].page
    offset = 0
    for block in paragraphs:
        for at, begun in ((0, block.page), *block.page_breaks):
            if begun is not None and begun != page:
                yield offset + at, begun
                page = begun
        offset += len(block.text) + 1


def _pieces(section: Section) -> Iterator[tuple[tuple[str, ...], str, list[Block]]]:
    """The section's paragraphs in groups of about `MAX_TOKENS`, each with its headings and its
    place."""
    groups: list[list[Block]] = []
    size = 0
    for block in (part for paragraph in section.paragraphs for part in _split(paragraph)):
        tokens = estimate_tokens(block.text)
        if not groups or size + tokens > MAX_TOKENS:
            groups.append([])
            size = 0
            if block.header and len(groups) > 1:  # every part of a long table has its header
                groups[-1].append(Block(block.header, None, block.page, row=True))
                size = estimate_tokens(block.header)
        groups[-1].append(block)
        size += tokens
    if len(groups) > 1 and size < _MIN_TOKENS:
        rest = groups.pop()
        groups[-1] += rest
    for place, group in zip(places(locator(section.headings), groups), groups, strict=True):
        yield section.headings, place, group


def _split(block: Block) -> Iterator[Block]:
    """A paragraph that is too long by itself, cut between sentences, else between words."""
    if estimate_tokens(block.text) <= MAX_TOKENS:
        yield block
        return
    start = end = 0
    for span in _fitting(block.text, split_sentences(block.text)):
        if end > start and estimate_tokens(block.text[start : span.end]) > MAX_TOKENS:
            yield _part(block, start, end)
            start = span.start
        end = span.end
    yield _part(block, start, end)


def _part(block: Block, start: int, end: int) -> Block:
    """The text of a paragraph from ``start`` to ``end``, on its pages."""
    before = [page for at, page in block.page_breaks if at <= start]
    breaks = ((at - start, page) for at, page in block.page_breaks if start < at < end)
    page = before[-1] if before else block.page
    return replace(block, text=block.text[start:end], page=page, page_breaks=tuple(breaks))


def _fitting(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The spans, those that are too long by themselves cut in parts at white space."""
    for span in spans:
        start, end = span
        # A token is less than this many characters, so a longer rest never fits, and need not be
        # counted again and again; and it is at least one, so that MAX_TOKENS characters do fit.
        while end - start > _MAX_CHARS or estimate_tokens(text[start:end]) > MAX_TOKENS:
            cut = text.rfind(" ", start + 1, start + MAX_TOKENS)
            cut = cut if cut > start else start + MAX_TOKENS
            yield Span(start, cut)
            start = cut
            while start < end and text[start].isspace():
                start += 1
        if start < end:
            yield Span(start, end)
