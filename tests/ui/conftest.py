"""What the tests of the page share: a running stand-in for the service, and what it may send."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from fake_service import FakeService, running
from live import unused_port

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    EvidenceEvent,
    NearestDocument,
    Timings,
)
from ui.app import start


@pytest.fixture
def service() -> Iterator[FakeService]:
    """A running `FakeService`."""
    with running() as fake:
        yield fake


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    return unused_port()


@pytest.fixture
def page(service: FakeService, free_port: int) -> Iterator[gr.Blocks]:
    """The page, served for a test."""
    app = start(service.url, "127.0.0.1", free_port)
    yield app
    app.close(verbose=False)


@pytest.fixture
def address(page: gr.Blocks) -> str:
    """Where the page is served."""
    return str(page.local_url)


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[FakeService, str]]:
    """A stand-in for the service and the pages over it, and the pages' address, for a file of
    tests."""
    with running() as fake:
        app = start(fake.url, "127.0.0.1", unused_port())
        yield fake, str(app.local_url)
        app.close(verbose=False)


@pytest.fixture
def korean() -> Citation:
    """A passage of the dual degree regulation in Korean."""
    return Citation(
        number=1,
        document_id="00000000-0000-4000-8000-000000000001",
        passage_id="00000000-0000-4000-8000-00000000000a",
        source="dual-degree.ko.md",
        title="KAIST·KSU 대학원 복수학위 과정 운영 규정",
        locator="제3조제2항",
        page=None,
        language="ko",
        quote="② 매년 24명을 선발하며, 기관별 선발 인원은 각각 12명으로 한다.",
        start=0,
        end=40,
        score=0.8,
    )


@pytest.fixture
def arabic() -> Citation:
    """A passage of the dual degree regulation in Arabic."""
    return Citation(
        number=2,
        document_id="00000000-0000-4000-8000-000000000002",
        passage_id="00000000-0000-4000-8000-00000000000b",
        source="dual-degree.ar.md",
        title="لائحة برنامج الدرجة المزدوجة للدراسات العليا بين كايست وجامعة الملك سعود",
        locator="المادة 3(2)",
        page=4,
        language="ar",
        quote="يُقبل سنويًا أربعة وعشرون طالبًا، اثنا عشر منهم عن طريق كل جهة.",
        start=0,
        end=60,
        score=0.7,
    )


@pytest.fixture
def evidence(korean: Citation, arabic: Citation) -> EvidenceEvent:
    """The evidence for an Arabic question."""
    return EvidenceEvent(id="r1", answer_language="ar", direction="rtl", citations=[korean, arabic])


@pytest.fixture
def reply(korean: Citation, arabic: Citation) -> ChatResponse:
    """An answer in Arabic, cited to a Korean and an Arabic passage."""
    return ChatResponse(
        id="r1",
        outcome="answered",
        answer="يُقبل في البرنامج 24 طالبًا كل عام [1]. ويُقبل 12 طالبًا عن طريق كل جهة [2].",
        answer_language="ar",
        direction="rtl",
        citations=[korean, arabic],
        nearest_documents=[],
        notice=None,
        conversation_id="c1",
        model="a model",
        timings_ms=Timings(retrieval=1, evidence=2, first_token=3, total=4),
    )


@pytest.fixture
def not_found(reply: ChatResponse) -> ChatResponse:
    """A reply in English that names where to look."""
    document = NearestDocument(
        document_id="00000000-0000-4000-8000-000000000001",
        passage_id="00000000-0000-4000-8000-00000000000a",
        source="dual-degree.ko.md",
        title="KAIST·KSU 대학원 복수학위 과정 운영 규정",
        language="ko",
    )
    return reply.model_copy(
        update={
            "outcome": "not_found",
            "answer": "The documents do not say what the tuition fee is.",
            "answer_language": "en",
            "direction": "ltr",
            "citations": [],
            "nearest_documents": [document],
        }
    )
