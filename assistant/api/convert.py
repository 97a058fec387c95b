"""From the service's own values to the API's schemas."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from assistant.answering.reply import EvidenceFound, Question, Reply, Turn
from assistant.api import schemas
from assistant.index.passage import Passage
from assistant.language import DIRECTIONS, as_language
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.hits import Hit, Scope


def search_scope(request: schemas.SearchRequest) -> Scope:
    """The scope that a search request asks for."""
    filters = request.filters or schemas.SearchFilters()
    return Scope(
        collections=_tuple(request.collections),
        document_ids=_tuple(request.document_ids),
        languages=(request.language,) if request.language else None,
        work_ids=_tuple(filters.work_ids),
        articles=_tuple(filters.articles),
        as_of=filters.as_of,
    )


def question(request: schemas.ChatRequest) -> Question:
    """The question of a chat request: its last message, with the others as history."""
    *earlier, last = request.messages
    return Question(
        text=last.content,
        history=[Turn(message.role, message.content) for message in earlier],
        language=as_language(request.language),
        scope=Scope(collections=_tuple(request.collections)),
    )


def search_result(hit: Hit) -> schemas.SearchResult:
    """A hit as the API sends it."""
    passage = hit.passage
    return schemas.SearchResult(
        passage_id=passage.id,
        document_id=passage.document_id,
        source=passage.source,
        title=passage.title,
        locator=passage.locator,
        page=passage.page,
        language=passage.language,
        text=passage.text,
        score=hit.score,
        also=[_edition(passage) for passage in hit.also],
    )


def _edition(passage: Passage) -> schemas.OtherEdition:
    return schemas.OtherEdition(
        passage_id=passage.id,
        document_id=passage.document_id,
        title=passage.title,
        locator=passage.locator,
        language=passage.language,
    )


def citation(evidence: Evidence) -> schemas.Citation:
    """A piece of evidence as the API sends it."""
    passage = evidence.passage
    return schemas.Citation(
        number=evidence.number,
        document_id=passage.document_id,
        passage_id=passage.id,
        source=passage.source,
        title=passage.title,
        locator=passage.locator,
        page=passage.page,
        language=passage.language,
        quote=evidence.quote,
        start=evidence.span.start,
        end=evidence.span.end,
        score=evidence.score,
    )


def evidence_event(reply_id: str, event: EvidenceFound) -> schemas.EvidenceEvent:
    """The streamed event ``evidence``."""
    return schemas.EvidenceEvent(
        id=reply_id,
        answer_language=event.language,
        direction=DIRECTIONS[event.language],
        citations=[citation(item) for item in event.evidence],
    )


def chat_response(reply_id: str, conversation_id: str, reply: Reply) -> schemas.ChatResponse:
    """A reply as the API sends it."""
    return schemas.ChatResponse(
        id=reply_id,
        outcome=reply.outcome,
        answer=reply.answer,
        answer_language=reply.language,
        direction=DIRECTIONS[reply.language],
        citations=[citation(item) for item in reply.citations],
        nearest_documents=[
            schemas.NearestDocument(
                document_id=passage.document_id,
                source=passage.source,
                title=passage.title,
                language=passage.language,
            )
            for passage in reply.nearest
        ],
        notice=reply.notice,
        conversation_id=conversation_id,
        model=reply.model,
        timings_ms=schemas.Timings(
            retrieval=round(reply.timings.retrieval, 1),
            evidence=round(reply.timings.evidence, 1),
            first_token=None
            if reply.timings.first_token is None
            else round(reply.timings.first_token, 1),
            total=round(reply.timings.total, 1),
        ),
    )


def new_id(kind: str) -> str:
    """A fresh id of a reply or a conversation, which nobody can guess."""
    return f"{kind}-{uuid.uuid4().hex}"


def _tuple(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
