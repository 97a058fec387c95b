"""``/v1/documents/{id}/passages/{id}/context``: a passage among its neighbours, its other
wordings and its other editions."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from assistant.api import convert
from assistant.api.access import Caller
from assistant.api.dependencies import ChatCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.documents import has_original
from assistant.api.routes.page_pictures import PDF
from assistant.api.routes.passages import quote_of, unknown
from assistant.api.schemas.chat_schemas import PassageQuote
from assistant.api.schemas.reader_schemas import (
    EditionPlace,
    PassageContext,
    Validity,
    Wording,
)
from assistant.api.service import Service
from assistant.index.passage import Passage, PassageNode
from assistant.retrieval.counterpart import counterpart
from assistant.retrieval.hits import Scope
from assistant.storage.documents import DocumentDetails

router = APIRouter(prefix="/v1/documents", tags=["Passages"])


@router.get("/{document_id}/passages/{passage_id}/context", responses={404: PROBLEM})
async def context(
    service: ServiceDep,
    caller: ChatCaller,
    document_id: UUID,
    passage_id: UUID,
    start: Annotated[int | None, Query(ge=0, description="Where the quote begins.")] = None,
    end: Annotated[int | None, Query(ge=0, description="Where it ends.")] = None,
    around: Annotated[int, Query(ge=0, le=20, description="Neighbours on each side.")] = 2,
) -> PassageContext:
    """One passage with the passages around it, its other wordings and its other editions."""
    return await asyncio.to_thread(
        _context, service, caller, str(document_id), str(passage_id), (start, end), around
    )


def _context(
    service: Service,
    caller: Caller,
    document_id: str,
    passage_id: str,
    span: tuple[int | None, int | None],
    around: int,
) -> PassageContext:
    document = _select(service, "document_id", document_id)
    place = next((i for i, passage in enumerate(document) if passage.id == passage_id), None)
    if place is None or not caller.sees(document[place].collection):
        raise unknown(f"passage {passage_id} in document {document_id}")
    passage = document[place]
    details = service.records.ledger.details(document_id)
    quote = quote_of(passage, *span)
    original = _has_original(service, document_id)
    pictured = original and details is not None and details.format == PDF
    # A work is in a collection: its namesake in another one is not its edition.
    work = [
        other
        for other in (_select(service, "work_id", passage.work_id) if passage.work_id else document)
        if other.collection == passage.collection
    ]
    wordings = _wordings(passage, work)
    view, links = convert.passage_view, service.links
    return PassageContext(
        passage=view(passage, links, quote),
        before=[view(p, links) for p in document[max(0, place - around) : place]],
        after=[view(p, links) for p in document[place + 1 : place + 1 + around]],
        validity=_validity(passage, details),
        amended=any((w.effective_from or 0) < (passage.effective_from or 0) for w in wordings),
        wordings=wordings,
        editions=_editions(service, passage, place, work, quote),
        issuer=details.issuer if details else None,
        version=details.version if details else None,
        source_url=details.source_url if details else None,
        original=original,
        pictures=list(_pages(passage, quote)) if pictured else [],
    )


def _has_original(service: Service, document_id: str) -> bool:
    record = service.records.documents.get(document_id)
    database = service.records.database
    return record is not None and has_original(record, service.settings, database)


def _pages(passage: Passage, quote: PassageQuote | None) -> tuple[int, ...]:
    """Where the quote stands, or without one the passage."""
    return passage.pages(quote.start, quote.end) if quote else passage.pages(0, len(passage.text))


def _select(service: Service, field: str, value: str) -> list[Passage]:
    return [node.to_passage() for node in service.store.select({field: [value]})]


def _validity(passage: Passage, details: DocumentDetails | None) -> Validity:
    today = Scope().day
    if details is not None and details.repealed:
        return "repealed"
    if passage.effective_until is not None and passage.effective_until < today:
        return "ended"
    if passage.effective_from is not None and passage.effective_from > today:
        return "not_yet"
    dated = passage.effective_from is not None or passage.effective_until is not None
    return "in_force" if dated else "undated"


def _wordings(passage: Passage, work: list[Passage]) -> list[Wording]:
    """What the same article says at other times, in this document or another version of it."""
    days = (passage.effective_from, passage.effective_until)
    others = [
        other
        for other in work
        if passage.article is not None
        and (other.article, other.language) == (passage.article, passage.language)
        and (other.effective_from, other.effective_until) != days
    ]
    others.sort(key=lambda other: (other.effective_from or 0, other.ordinal))
    # A long article has several passages; the first of each wording stands for it.
    first = {(o.document_id, o.effective_from, o.effective_until): o for o in reversed(others)}
    return [
        Wording(
            passage_id=other.id,
            document_id=other.document_id,
            title=other.title,
            locator=other.locator,
            effective_from=other.effective_from,
            effective_until=other.effective_until,
        )
        for other in reversed(first.values())
    ]


def _editions(
    service: Service,
    passage: Passage,
    place: int,
    work: list[Passage],
    quote: PassageQuote | None,
) -> list[EditionPlace]:
    """The same place in the other languages: by article, or else by order in the document."""
    editions = []
    quoted = _with_vectors(service, [passage])[0] if quote else None
    for language in sorted({p.language for p in work} - {passage.language}):
        same = [p for p in work if p.language == language]
        articles = [p for p in same if passage.article and p.article == passage.article]
        # Of a work in several versions, the one that is in force at the same time.
        same = [p for p in same if p.effective_from == passage.effective_from] or same
        articles = [p for p in articles if p in same] or articles
        nearest = articles or [same[min(place, len(same) - 1)]]
        other, told = nearest[0], None
        if quote and quoted:
            edition = _with_vectors(service, nearest)
            if found := counterpart(quoted, quote.start, quote.end, edition):
                other, span = found
                told = quote_of(other, span.start, span.end)
        editions.append(EditionPlace(**convert.edition(other).model_dump(), quote=told))
    return editions


def _with_vectors(service: Service, passages: list[Passage]) -> list[PassageNode]:
    first = passages[0]
    filters = {"document_id": [first.document_id]}
    if first.article is not None:
        filters["article"] = [first.article]
    wanted = {passage.id for passage in passages}
    return [n for n in service.store.select(filters, with_vectors=True) if n.node_id in wanted]
