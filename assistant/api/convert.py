"""From the service's own values to the API's schemas."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from assistant.answering.question import Question, Turn
from assistant.answering.quoting.notes import QuoteNotes
from assistant.answering.reply import EvidenceFound, Reply
from assistant.api.access import Caller
from assistant.api.links import Links
from assistant.api.schemas import chat_schemas as schemas
from assistant.index.passage import Passage
from assistant.language import DIRECTIONS, as_language
from assistant.models.session import TokenUsage
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.hits import Hit, Scope


def search_scope(request: schemas.SearchRequest, caller: Caller) -> Scope:
    """The scope that a search request asks for, as far as it is granted."""
    filters = request.filters or schemas.SearchFilters()
    return Scope(
        collections=caller.narrowed(request.collections),
        document_ids=_tuple(request.document_ids),
        languages=(request.language,) if request.language else None,
        work_ids=_tuple(filters.work_ids),
        articles=_tuple(filters.articles),
        as_of=filters.as_of,
    )


def question(request: schemas.ChatRequest, caller: Caller, stored: Sequence[Turn] = ()) -> Question:
    """The question of a chat request: its last message, with the others as history.

    Args:
        request: What was asked.
        caller: Who asks; only granted collections are used.
        stored: The conversation so far, for a request that brings no history of its own.
    """
    *earlier, last = request.messages
    return Question(
        text=last.content,
        history=[Turn(message.role, message.content) for message in earlier] or stored,
        language=as_language(request.language),
        default_language=request.default_language,
        scope=Scope(
            collections=caller.narrowed(request.collections),
            document_ids=_tuple(request.document_ids),
        ),
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
        also=[edition(passage) for passage in hit.also],
    )


def edition(passage: Passage) -> schemas.OtherEdition:
    """A passage as one of the other editions of another."""
    return schemas.OtherEdition(
        passage_id=passage.id,
        document_id=passage.document_id,
        title=passage.title,
        locator=passage.locator,
        language=passage.language,
    )


def passage_view(
    passage: Passage, links: Links, quote: schemas.PassageQuote | None = None
) -> schemas.PassageView:
    """A passage as the API sends it."""
    return schemas.PassageView(
        passage_id=passage.id,
        document_id=passage.document_id,
        collection=passage.collection,
        source=passage.source,
        title=passage.title,
        locator=passage.locator,
        headings=list(passage.headings),
        page=passage.page_at(quote.start) if quote else passage.page,
        language=passage.language,
        ordinal=passage.ordinal,
        article=passage.article,
        effective_from=passage.effective_from,
        effective_until=passage.effective_until,
        text=passage.text,
        quote=quote,
        url=links.passage(passage.document_id, passage.id),
    )


def citation(
    evidence: Evidence, links: Links, notes: QuoteNotes, translation: str | None = None
) -> schemas.Citation:
    """A piece of evidence as the API sends it."""
    passage = evidence.passage
    return schemas.Citation(
        number=evidence.number,
        document_id=passage.document_id,
        passage_id=passage.id,
        source=passage.source,
        title=passage.title,
        locator=passage.locator,
        page=evidence.page,
        language=passage.language,
        quote=evidence.quote,
        start=evidence.span.start,
        end=evidence.span.end,
        score=evidence.score,
        highlight=[schemas.Highlight(start=start, end=end) for start, end in notes.highlight],
        facts=list(notes.facts),
        translation=translation,
        url=links.quote(evidence),
    )


def evidence_event(reply_id: str, event: EvidenceFound, links: Links) -> schemas.EvidenceEvent:
    """The streamed event ``evidence``."""
    return schemas.EvidenceEvent(
        id=reply_id,
        answer_language=event.language,
        direction=DIRECTIONS[event.language],
        citations=[citation(item, links, event.notes[item.number]) for item in event.evidence],
    )


def chat_response(
    reply_id: str, conversation_id: str, reply: Reply, links: Links, usage: TokenUsage
) -> schemas.ChatResponse:
    """A reply as the API sends it, without its trace."""
    return schemas.ChatResponse(
        id=reply_id,
        outcome=reply.outcome,
        direct=reply.direct,
        answer=reply.answer,
        answer_language=reply.language,
        direction=DIRECTIONS[reply.language],
        citations=[
            citation(item, links, reply.notes[item.number], reply.translations.get(item.number))
            for item in reply.citations
        ],
        nearest_documents=[
            schemas.NearestDocument(
                document_id=passage.document_id,
                passage_id=passage.id,
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
        usage=schemas.Usage(
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            total_tokens=usage.prompt_tokens + usage.completion_tokens,
            prompt_tokens_details=schemas.PromptTokensDetails(
                cached_tokens=usage.cached_prompt_tokens
            ),
        ),
    )


def new_id(kind: str) -> str:
    """A fresh id of a reply or a conversation, which nobody can guess."""
    return f"{kind}-{uuid.uuid4().hex}"


def _tuple(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
