"""A small service over HTTP that knows the right answers, and ten ways to break it.

It has eight facts in three languages; it finds a question's passage by the question's text.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

Language = Literal["ko", "ar", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "ar", "en")
PERIODS = {
    "appeal": (14, "재심 청구", "تقديم التظلم", "filing an appeal"),
    "withdrawal": (21, "참가 포기", "الانسحاب", "withdrawing"),
    "review": (35, "안전성 검토", "مراجعة السلامة", "the safety review"),
    "storage": (48, "자료 보관", "حفظ الملفات", "keeping files"),
    "training": (53, "교육 이수", "إكمال التدريب", "completing the training"),
    "registration": (67, "등록", "التسجيل", "registration"),
    "publication": (72, "보고서 공개", "نشر التقرير", "publishing the report"),
    "renewal": (86, "연장 신청", "طلب التمديد", "asking for an extension"),
}
UNKNOWN = {
    "fee": ("전형료는 얼마인가요?", "كم رسم التقديم؟", "How much is the application fee?"),
    "phone": ("전화번호가 어떻게 되나요?", "ما رقم الهاتف؟", "What is the phone number?"),
    "director": ("센터장은 누구인가요?", "من هو المدير؟", "Who is the director?"),
}
_SENTENCES = {
    "ko": "{topic} 기간은 {days}일이다.", "ar": "مدة {topic} هي {days} يومًا.",
    "en": "The period for {topic} is {days} days.",
}  # fmt: skip
_QUESTIONS = {
    "ko": "{topic} 기간은 며칠인가요?", "ar": "كم يومًا مدة {topic}؟",
    "en": "How many days is the period for {topic}?",
}  # fmt: skip
_ANSWERS = {"ko": "{days}일", "ar": "{days} يوما", "en": "{days} days"}
_LOCATORS = {"ko": "제{}조", "ar": "المادة {}", "en": "Article {}"}


def suite_lines() -> list[dict[str, Any]]:
    """The suite that this service answers without a fault."""
    lines: list[dict[str, Any]] = []
    for number, (fact, (days, *topics)) in enumerate(PERIODS.items(), start=1):
        names = dict(zip(LANGUAGES, topics, strict=True))
        lines.append(
            {
                "id": fact,
                "kind": "number",
                "questions": {x: _QUESTIONS[x].format(topic=names[x]) for x in LANGUAGES},
                "answers": {x: [_ANSWERS[x].format(days=days)] for x in LANGUAGES},
                "gold": [
                    {
                        "document": f"rules.{x}.md",
                        "language": x,
                        "locators": [_LOCATORS[x].format(number)],
                    }
                    for x in LANGUAGES
                ],
            }
        )
    for fact, questions in UNKNOWN.items():
        asked = dict(zip(LANGUAGES, questions, strict=True))
        lines.append({"id": fact, "kind": "absent", "answerable": False, "questions": asked})
    return lines


@dataclass(frozen=True)
class KnownPassage:
    """A passage of the fake's index."""

    fact: str
    number: int
    language: Language
    text: str

    @property
    def json(self) -> dict[str, Any]:
        return {
            "passage_id": f"{self.fact}-{self.language}",
            "document_id": f"rules-{self.language}",
            "source": f"rules.{self.language}.md",
            "title": "Rules",
            "locator": _LOCATORS[self.language].format(self.number),
            "page": None,
            "language": self.language,
            "text": self.text,
        }

    def cited(self, number: int = 1) -> dict[str, Any]:
        place = {k: v for k, v in self.json.items() if k != "text"}
        return place | {
            "number": number, "quote": self.text, "start": 0, "end": len(self.text), "score": 0.9,
        }  # fmt: skip


PASSAGES = [
    KnownPassage(fact, number, x, _SENTENCES[x].format(topic=topic, days=days))
    for number, (fact, (days, *topics)) in enumerate(PERIODS.items(), start=1)
    for x, topic in zip(LANGUAGES, topics, strict=True)
]
_ASKED: dict[str, tuple[str, Language]] = {
    question: (line["id"], x) for line in suite_lines() for x, question in line["questions"].items()
}


@dataclass
class KnownService:
    """The service; ``break_it`` is called with every chat reply and may change it.

    Attributes:
        break_it: Changes the reply to a question: its fact, its language, the reply.
        facts: What its index has.
        delay: Seconds that a reply takes.
        refuses: What it makes of questions that it cannot answer.
        version: Its version.
        requests: Bodies of the requests, in order.
    """

    break_it: Callable[[str, Language, dict[str, Any]], None] = lambda fact, language, reply: None
    facts: tuple[str, ...] = tuple(PERIODS)
    delay: float = 0.0
    refuses: bool = True
    version: str = "9.9.9"
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passages(self) -> list[KnownPassage]:
        return [p for p in PASSAGES if p.fact in self.facts]

    def search(self, fact: str, language: Language | None) -> list[KnownPassage]:
        """The right passages first, then the others."""
        seen = [p for p in self.passages if language in (None, p.language)]
        return sorted(seen, key=lambda p: p.fact != fact)

    def reply(self, fact: str, language: Language) -> dict[str, Any]:
        """A whole reply: the right passage in the asker's language, cited."""
        found = next((p for p in self.passages if (p.fact, p.language) == (fact, language)), None)
        if found is None and not self.refuses:
            found = next(p for p in self.passages if p.language == language)
        reply = empty_reply(language)
        if found is not None:
            reply |= {
                "outcome": "answered", "answer": f"{found.text} [1]", "citations": [found.cited()],
            }  # fmt: skip
        self.break_it(fact, language, reply)
        return reply

    def app(self) -> FastAPI:
        """The routes that the evals use."""
        app = FastAPI(version=self.version)

        @app.get("/v1/models")
        async def models() -> dict[str, Any]:
            return {"data": [{"id": "fake"}]}

        @app.get("/v1/documents")
        async def documents() -> dict[str, Any]:
            listed = [_document(language) for language in LANGUAGES]
            return {"total": len(listed), "documents": listed}

        @app.get("/v1/documents/{document}/passages")
        async def passages(document: str) -> dict[str, Any]:
            own = [p for p in PASSAGES if p.json["document_id"] == document]
            return {"total": len(own), "passages": [_view(p) for p in own]}

        @app.post("/v1/search")
        async def search(request: Request) -> dict[str, Any]:
            body = await request.json()
            self.requests.append(body)
            fact, _ = _ASKED[body["query"]]
            found = self.search(fact, body.get("language"))[: body["top_k"]]
            return {"results": [p.json | {"score": 1.0 / i} for i, p in enumerate(found, 1)]}

        @app.post("/v1/chat")
        async def chat(request: Request) -> Response:
            body = await request.json()
            self.requests.append(body)
            fact, language = _ASKED[body["messages"][-1]["content"]]
            return StreamingResponse(
                self._events(self.reply(fact, language)), media_type="text/event-stream"
            )

        return app

    async def _events(self, reply: dict[str, Any]) -> AsyncIterator[str]:
        evidence = {k: reply[k] for k in ("id", "answer_language", "direction", "citations")}
        yield _event("evidence", evidence)
        if self.delay:
            await asyncio.sleep(self.delay)
        if reply["outcome"] == "answered":
            yield _event("sentence", {"text": reply["answer"]})
        yield _event("reply", reply)


def empty_reply(language: Language) -> dict[str, Any]:
    """The reply to a question that the index does not answer."""
    words = {
        "ko": "문서에 없습니다.",
        "ar": "لا يوجد في الوثائق.",
        "en": "Not in the documents.",
    }
    return {
        "id": "reply", "outcome": "not_found", "answer": words[language],
        "answer_language": language, "direction": "rtl" if language == "ar" else "ltr",
        "citations": [], "conversation_id": "c", "model": "fake",
        "timings_ms": {"retrieval": 1, "evidence": 1, "first_token": None, "total": 1},
        "usage": {"prompt_tokens": 5, "completion_tokens": 10, "total_tokens": 15},
    }  # fmt: skip


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _document(language: Language) -> dict[str, Any]:
    return {
        "document_id": f"rules-{language}", "collection": "c", "source": f"rules.{language}.md",
        "title": "Rules", "language": language, "work_id": "rules", "passages": len(PERIODS),
        "ingested_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def _view(passage: KnownPassage) -> dict[str, Any]:
    return passage.json | {
        "collection": "c", "headings": [], "ordinal": passage.number, "article": None,
        "effective_from": None, "effective_until": None, "url": "",
    }  # fmt: skip
