"""One example of each request and response of the API: a student's question and what follows.

They are made of the schemas themselves, so that they cannot be wrong in form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from assistant.api.schemas import chat_schemas as schemas
from assistant.api.schemas import document_schemas as documents
from assistant.api.schemas import openai_schemas as openai
from assistant.api.schemas import reader_schemas as readers
from assistant.event_stream import sse

_QUESTION = "교환학생은 언제 신청하나요?"
_ANSWER = "교환학생은 매년 3월에 신청합니다. [1]"
_TEXT = "Students apply for an exchange in March of each year. The office decides in April."
_DOCUMENT = "6f9619ff-8b86-5d11-b42d-00c04fc964ff"
_PASSAGE = "9b2d3c1e-70ce-5f0a-a5a1-2f3f5d7f2a10"
_REPLY = "reply-5f0c2b7e9d8a4c31b6e7f8091a2b3c4d"
_CONVERSATION = "conversation-0a1b2c3d4e5f60718293a4b5c6d7e8f9"
_INGESTION = "ingestion-3f2a1b0c9d8e7f6a5b4c3d2e"
_WHEN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
_URL = f"https://assistant.example/v1/documents/{_DOCUMENT}/passages/{_PASSAGE}"
_SOURCE = {"source": "exchange.en.md", "title": "Exchange programme"}
_PLACE = {
    "document_id": _DOCUMENT,
    "passage_id": _PASSAGE,
    **_SOURCE,
    "locator": "Article 3",
    "page": None,
    "language": "en",
}
_CITATION = schemas.Citation(
    number=1, quote=_TEXT[:53], start=0, end=53, score=0.71, url=_URL, **_PLACE
)
_CHAT = schemas.ChatResponse(
    id=_REPLY,
    outcome="answered",
    answer=_ANSWER,
    answer_language="ko",
    direction="ltr",
    citations=[_CITATION],
    conversation_id=_CONVERSATION,
    model="qwen2.5-coder-1.5b-instruct",
    timings_ms=schemas.Timings(retrieval=84.2, evidence=3.1, first_token=1912.4, total=4630.0),
    usage=schemas.Usage(prompt_tokens=412, completion_tokens=24, total_tokens=436),
)
_PASSAGE_VIEW = schemas.PassageView(
    collection="students", headings=["Exchange programme", "Article 3"], ordinal=2, article="3",
    effective_from=20260301, effective_until=None, text=_TEXT,
    quote=schemas.PassageQuote(start=0, end=53, text=_TEXT[:53]), url=_URL, **_PLACE,
)  # fmt: skip
_SUMMARY = documents.DocumentSummary(
    document_id=_DOCUMENT, collection="students", language="en", work_id="exchange", passages=12,
    ingested_at=_WHEN, effective_from=20260301, **_SOURCE,
)  # fmt: skip
_FEEDBACK = schemas.Feedback(
    id="7d3c9a52-4b0e-4f6d-9a51-0c2b8e6f1d34", reply_id=_REPLY, rating="down", reason="incomplete",
    comment="신청 방법도 알고 싶어요.", user="u-4711", outcome="answered", trace_id="a" * 32,
    created_at=_WHEN,
)  # fmt: skip
_TALK = schemas.ConversationSummary(
    id=_CONVERSATION, user="u-4711", created_at=_WHEN, updated_at=_WHEN
)
_TURN = schemas.ConversationTurn(
    reply_id=_REPLY, question=_QUESTION, reply=_CHAT, feedback=_FEEDBACK, created_at=_WHEN
)
_SHARE = schemas.ConversationShare(id="Xy3vQ0c1m2N4p5R6s7T8u9V0w1Z2a3B4", shared_at=_WHEN)
_WHOLE = schemas.Conversation(
    turns=[_TURN],
    **_TALK.model_dump(),
)
_RUNNING = documents.IngestionView(
    ingestion_id=_INGESTION, state="running", created_at=_WHEN,
    progress=documents.IngestionProgress(
        files=3, files_total=20, bytes=81_920, bytes_total=655_360, passages=96,
        name="exchange.en.md",
    ),
)  # fmt: skip
_DONE = documents.IngestionView(
    ingestion_id=_INGESTION, state="done", created_at=_WHEN,
    report=documents.IngestionReport(
        files=[
            documents.FileReport(
                path="exchange.en.md", outcome="added", passages=12, document_id=_DOCUMENT,
                language="en",
            ),
            documents.FileReport(
                path="fees.pdf", outcome="failed", fault="protected",
                reason="fees.pdf is protected with a password. Save it without one.",
            ),
        ],
        counts={"added": 1, "failed": 1}, passages=12, seconds=4.2, dry_run=False,
    ),
)  # fmt: skip

_MODELS: tuple[BaseModel, ...] = (
    schemas.SearchRequest(query=_QUESTION, top_k=5, collections=["students"]),
    schemas.SearchResponse(results=[schemas.SearchResult(text=_TEXT, score=0.62, **_PLACE)]),
    schemas.ChatRequest(messages=[schemas.Message(role="user", content=_QUESTION)], user="u-4711"),
    _CHAT,
    schemas.ConversationList(conversations=[_TALK]),
    _SHARE,
    schemas.SharedConversation(
        title=_TALK.title, shared_at=_WHEN, turns=[_TURN.model_copy(update={"feedback": None})]
    ),
    _TALK,
    schemas.ConversationTitle(title="교환학생 신청"),
    _WHOLE,
    schemas.FeedbackRequest(
        reply_id=_REPLY, rating="down", reason="incomplete", comment=_FEEDBACK.comment
    ),
    _FEEDBACK,
    schemas.FeedbackList(feedback=[_FEEDBACK]),
    schemas.UserData(user="u-4711", conversations=[_WHOLE], feedback=[_FEEDBACK]),
    schemas.DeletedData(conversations=3, feedback=1),
    _PASSAGE_VIEW,
    schemas.PassageList(total=12, passages=[_PASSAGE_VIEW]),
    schemas.RequestLimits(max_question_chars=2000),
    schemas.Health(status="ok", checks={"index": True, "generator": True, "database": True}),
    documents.DocumentList(total=1, documents=[_SUMMARY]),
    documents.DocumentView(
        format="markdown", bytes=9120, issuer="KAIST", version="3",
        editions=["ko", "en"], editions_missing=["ar"],
        quality=documents.QualityReport(
            characters=8731, passages=12, headings=12, articles=11,
            scripts={"Latin": 0.98, "Hangul": 0.02}, coverage=1.0, empty_pages=[7],
            remarks=[documents.QualityRemark(kind="empty_page", detail="no text", pages=[7])],
        ),
        **_SUMMARY.model_dump(),
    ),
    documents.IngestionRequest(paths=["/srv/policies"], collection="students", prune=True),
    _DONE,
    documents.IngestionList(ingestions=[_RUNNING]),
    readers.PassageContext(
        passage=_PASSAGE_VIEW, before=[], after=[], validity="in_force", amended=False,
        wordings=[], editions=[], issuer="KAIST", version="3", source_url=None,
    ),
    readers.ReplyRecord(question=_QUESTION, reply=_CHAT, created_at=_WHEN),
    readers.QuestionList(total=1, questions=[readers.AskedQuestion(
        reply_id=_REPLY, question=_QUESTION, outcome="not_found", nearest_documents=[],
        created_at=_WHEN,
    )]),
    openai.CompletionRequest(
        model=openai.MODEL, messages=[openai.CompletionMessage(role="user", content=_QUESTION)]
    ),
    openai.Completion(
        id=_REPLY, created=int(_WHEN.timestamp()), usage=_CHAT.usage, outcome="answered",
        notice=None, citations=[_CITATION], conversation_id=_CONVERSATION,
        choices=[openai.CompletionChoice(message=openai.AnswerMessage(
            content=_ANSWER,
            annotations=[openai.Annotation(url_citation=openai.UrlCitation(
                url=_URL, title="Exchange programme", start_index=_ANSWER.index("["),
                end_index=len(_ANSWER),
            ))],
        ))],
    ),
    openai.Model(id=openai.MODEL),
    openai.ModelList(
        data=[openai.Model(id=openai.MODEL), openai.Model(id="embeddinggemma-300m")]
    ),
    openai.EmbeddingRequest(model="embeddinggemma-300m", input=[_QUESTION], input_type="query"),
    openai.EmbeddingResponse(
        data=[openai.Embedding(index=0, embedding=[0.0132, -0.0417, 0.0289])],
        model="embeddinggemma-300m",
        usage=openai.EmbeddingUsage(prompt_tokens=14, total_tokens=14),
    ),
)  # fmt: skip


#: By the name of the schema.
EXAMPLES: Mapping[str, Any] = {
    (name := type(model).__name__): model.model_dump(
        mode="json", exclude_unset=name.endswith("Request")
    )
    for model in _MODELS
}
#: By the type of content, for what is not JSON.
TEXTS: Mapping[str, str] = {
    "text/event-stream": (
        sse(schemas.SentenceEvent(text=_ANSWER), "sentence") + sse(_CHAT, "reply")
    ).decode(),
    "image/png": "the bytes of a PNG picture",
    "application/octet-stream": "the bytes of the file",
    "text/html": "<!doctype html><html lang=en><title>Exchange programme, Article 3</title>…",
    "text/plain": '# TYPE trilogue_replies_total counter\ntrilogue_replies_total{language="ko",'
    'outcome="answered"} 1.0\n',
}
