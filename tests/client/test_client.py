"""What the service answers arrives typed, and every way in which it fails is one of the client's
errors; for the synchronous and the asynchronous client alike."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from live import listening, unused_port

from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    Health,
    Message,
    SearchRequest,
    SearchResponse,
    SentenceEvent,
)
from assistant.api.schemas.document_schemas import FileReport, IngestionProgress, IngestionView
from assistant.api.schemas.examples import EXAMPLES
from assistant.client import (
    AsyncClient,
    BrokenOffError,
    Call,
    Client,
    EventCall,
    MalformedReplyError,
    MissingError,
    ProblemError,
    RateLimitError,
    UnreachableError,
    endpoints,
)
from assistant.event_stream import sse

SEARCH = endpoints.search(SearchRequest(query="교환학생 신청 기간", top_k=3))
CHAT = endpoints.chat_events(ChatRequest(messages=[Message(role="user", content="متى؟")]))
EVIDENCE = EvidenceEvent.model_validate(
    {name: EXAMPLES["ChatResponse"][name] for name in EvidenceEvent.model_fields}
)
SENTENCE = SentenceEvent(text="يُقدَّم الطلب في مارس [1].")
REPLY = ChatResponse.model_validate(EXAMPLES["ChatResponse"])


class Asks(Protocol):
    """One of the clients, as the tests use it."""

    def send(self, call: Call[Any]) -> Any: ...

    def events(self, call: EventCall[Any], received: list[Any]) -> None:
        """Receive the events of a stream; those before an error count."""
        ...


class Synchronous:
    def __init__(self, url: str, key: str | None = None, **options: Any) -> None:
        self.client = lambda: Client(url, key, **options)

    def send(self, call: Call[Any]) -> Any:
        with self.client() as client:
            return client.send(call)

    def events(self, call: EventCall[Any], received: list[Any]) -> None:
        with self.client() as client:
            for event in client.stream(call):
                received.append(event)  # noqa: PERF402


class Asynchronous:
    def __init__(self, url: str, key: str | None = None, **options: Any) -> None:
        self.client = lambda: AsyncClient(url, key, **options)

    def send(self, call: Call[Any]) -> Any:
        async def send() -> Any:
            async with self.client() as client:
                return await client.send(call)

        return asyncio.run(send())

    def events(self, call: EventCall[Any], received: list[Any]) -> None:
        async def receive() -> None:
            async with self.client() as client, aclosing(client.stream(call)) as events:
                async for event in events:
                    received.append(event)  # noqa: PERF401

        asyncio.run(receive())


@pytest.fixture(params=[Synchronous, Asynchronous])
def asks(request: pytest.FixtureRequest) -> Callable[..., Asks]:
    """Makes the client of a URL."""
    return request.param  # type: ignore[no-any-return]


class Service:
    """Answers every request with what a test has written down.

    Attributes:
        answers: Makes the next response.
        asked: Method, path with query, headers and body of each request.
    """

    url: str
    answers: Callable[[], Response]

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.api_route("/{path:path}", methods=["GET", "POST", "PATCH", "DELETE"])
        async def answer(request: Request) -> Response:
            path = request.scope["raw_path"].decode()
            query = f"?{request.url.query}" if request.url.query else ""
            body = await request.body()
            self.asked.append((request.method, path + query, dict(request.headers), body))
            return self.answers()

        return app

    def streams(self, *steps: bytes | Exception) -> None:
        """Answer with a stream; an exception breaks the connection."""

        async def events() -> AsyncIterator[bytes]:
            for step in steps:
                if isinstance(step, Exception):
                    raise step
                yield step

        self.answers = lambda: StreamingResponse(events(), media_type="text/event-stream")

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        """Answer with JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers = lambda: JSONResponse(body, status, named)


@pytest.fixture
def service() -> Iterator[Service]:
    served = Service()
    with listening(served.app()) as (url, _):
        served.url = url
        yield served


def problem(status: int, detail: str = "That is why.") -> dict[str, Any]:
    return {"type": "about:blank", "title": "No", "status": status, "detail": detail}


def test_the_example_of_the_documentation_runs(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page.partition("### From Python")[2], re.S)[:1]
    example = example.replace("http://127.0.0.1:8000", service.url)
    service.streams(sse(EVIDENCE, "evidence"), sse(REPLY, "reply"))
    exec(example, {})  # noqa: S102
    assert capsys.readouterr().out == f"{REPLY.outcome} {REPLY.answer}\n"
    service.says(problem(429), 429, retry_after="7")
    exec(example, {})  # noqa: S102
    assert capsys.readouterr().out == "Again in 7 s: That is why.\n"


# Requests and replies


def test_a_reply_arrives_typed(service: Service, asks: Callable[..., Asks]) -> None:
    service.says(EXAMPLES["SearchResponse"])
    found = asks(f"{service.url}/", "k-1", operator_token="t-1").send(SEARCH)
    assert found == SearchResponse.model_validate(EXAMPLES["SearchResponse"])
    method, path, headers, body = service.asked[0]
    assert (method, path) == ("POST", "/v1/search")
    assert json.loads(body) == {"query": "교환학생 신청 기간", "top_k": 3}
    assert headers["authorization"] == "Bearer k-1"
    assert headers["x-trilogue-token"] == "t-1"


def test_nobody_is_shown_a_key_that_there_is_not(
    service: Service, asks: Callable[..., Asks]
) -> None:
    service.says(EXAMPLES["SearchResponse"])
    asks(service.url).send(SEARCH)
    assert not {"authorization", "x-trilogue-token"} & service.asked[0][2].keys()


def test_a_key_in_other_letters_is_refused_by_the_service(
    service: Service, asks: Callable[..., Asks]
) -> None:
    service.says(problem(401), 401)
    with pytest.raises(ProblemError, match="401: That is why"):
        asks(service.url, "열쇠").send(SEARCH)


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        (endpoints.documents(5, 10), "GET /v1/documents?limit=5&offset=10"),
        (
            endpoints.documents(5, 0, "법"),
            "GET /v1/documents?limit=5&offset=0&collection=%EB%B2%95",
        ),
        (endpoints.delete_document("a/b c"), "DELETE /v1/documents/a%2Fb%20c"),
        (endpoints.delete_document(".."), "DELETE /v1/documents/%2E%2E"),
        (endpoints.delete_user("."), "DELETE /v1/users/%2E/data"),
        (endpoints.delete_conversation("c.1?x#y"), "DELETE /v1/conversations/c.1%3Fx%23y"),
        (
            endpoints.passage_context("d", "p", (3, 6)),
            "GET /v1/documents/d/passages/p/context?start=3&end=6",
        ),
        (endpoints.passage_context("d", "p"), "GET /v1/documents/d/passages/p/context"),
    ],
)
def test_what_is_named_stays_in_its_place_of_the_address(
    service: Service, asks: Callable[..., Asks], call: Call[Any], asked: str
) -> None:
    service.says(problem(404), 404)
    with pytest.raises(MissingError):
        asks(service.url).send(call)
    method, path, *_ = service.asked[0]
    assert f"{method} {path}" == asked


def test_a_service_below_a_path_is_asked_there(service: Service, asks: Callable[..., Asks]) -> None:
    service.says(EXAMPLES["SearchResponse"])
    asks(f"{service.url}/assistant/").send(SEARCH)
    assert service.asked[0][1] == "/assistant/v1/search"


def test_a_deletion_says_nothing(service: Service, asks: Callable[..., Asks]) -> None:
    service.answers = lambda: Response(status_code=204)
    assert asks(service.url).send(endpoints.delete_conversation("c-1")) is None


def test_a_chat_is_whole_or_streamed_as_it_was_called(
    service: Service, asks: Callable[..., Asks]
) -> None:
    request = ChatRequest(messages=[Message(role="user", content="?")], stream=True)
    service.says(EXAMPLES["ChatResponse"])
    assert asks(service.url).send(endpoints.chat(request)) == REPLY
    assert json.loads(service.asked[0][3])["stream"] is False


def test_a_form_is_handed_on_as_it_comes(service: Service) -> None:
    async def form() -> AsyncIterator[bytes]:
        yield b"--x"
        yield b"--"

    service.says(EXAMPLES["IngestionView"], 202)
    kind = "multipart/form-data; boundary=x"
    pieces = Synchronous(service.url).send(endpoints.send_documents([b"--x", b"--"], kind, "5"))
    stream = Asynchronous(service.url).send(endpoints.send_documents(form(), kind))
    assert pieces == stream == IngestionView.model_validate(EXAMPLES["IngestionView"])
    assert [body for *_, body in service.asked] == [b"--x--"] * 2
    assert [headers["content-type"] for *_, headers, _ in service.asked] == [kind] * 2
    assert service.asked[0][2]["content-length"] == "5"


def test_a_service_that_is_not_ready_has_answered(
    service: Service, asks: Callable[..., Asks]
) -> None:
    service.says({"status": "unavailable", "checks": {"index": False}}, 503)
    health = asks(service.url).send(endpoints.readiness())
    assert health == Health(status="unavailable", checks={"index": False})


# Errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ProblemError),
        (403, ProblemError),
        (404, MissingError),
        (422, ProblemError),
        (429, RateLimitError),
        (503, ProblemError),
    ],
)
def test_a_problem_document_is_an_error_of_its_kind(
    service: Service, asks: Callable[..., Asks], status: int, kind: type[ProblemError]
) -> None:
    service.says(problem(status, "설명"), status)
    for ask in (lambda c: c.send(SEARCH), lambda c: c.events(CHAT, [])):
        with pytest.raises(ProblemError) as raised:
            ask(asks(service.url))
        assert type(raised.value) is kind
        assert (raised.value.status, raised.value.detail) == (status, "설명")
        assert json.loads(raised.value.body)["title"] == "No"
        assert raised.value.retry_after is None


@pytest.mark.parametrize(
    ("told", "seconds"), [("7", 7), ("0", 0), ("soon", None), ("-3", None), ("9" * 5000, None)]
)
def test_retry_after_is_told_in_seconds(
    service: Service, asks: Callable[..., Asks], told: str, seconds: int | None
) -> None:
    service.says(problem(429), 429, retry_after=told)
    with pytest.raises(RateLimitError) as raised:
        asks(service.url).send(SEARCH)
    assert raised.value.retry_after == seconds


def test_retry_after_may_be_a_date(service: Service, asks: Callable[..., Asks]) -> None:
    for minutes, least, most in ((2, 100, 120), (-2, 0, 0)):
        date = datetime.now(UTC) + timedelta(minutes=minutes)
        service.says(problem(503), 503, retry_after=format_datetime(date, usegmt=True))
        with pytest.raises(ProblemError) as raised:
            asks(service.url).send(SEARCH)
        assert raised.value.retry_after is not None
        assert least <= raised.value.retry_after <= most


def test_a_proxys_page_is_a_problem_without_the_services_words(
    service: Service, asks: Callable[..., Asks]
) -> None:
    service.answers = lambda: Response("<h1>502\nBad gateway</h1>", 502, media_type="text/html")
    with pytest.raises(ProblemError, match="502: <h1>502 Bad gateway</h1>") as raised:
        asks(service.url).send(SEARCH)
    assert raised.value.detail == ""


@pytest.mark.parametrize("body", [b"{}", b"hello", b"\xff\xfe", b""])
def test_what_is_not_a_reply_of_the_api_is_malformed(
    service: Service, asks: Callable[..., Asks], body: bytes
) -> None:
    service.answers = lambda: Response(body)
    with pytest.raises(MalformedReplyError, match="not a reply of the API"):
        asks(service.url).send(SEARCH)


def test_a_service_that_is_not_there_is_unreachable(asks: Callable[..., Asks]) -> None:
    client = asks(f"http://127.0.0.1:{unused_port()}")
    for ask in (lambda: client.send(SEARCH), lambda: client.events(CHAT, [])):
        with pytest.raises(UnreachableError, match="ConnectError"):
            ask()


@pytest.mark.parametrize("url", ["127.0.0.1", "http://[", "ftp://127.0.0.1", ""])
def test_what_is_no_address_is_unreachable(asks: Callable[..., Asks], url: str) -> None:
    with pytest.raises(UnreachableError):
        asks(url).send(SEARCH)


def test_a_silent_service_is_not_waited_for(service: Service, asks: Callable[..., Asks]) -> None:
    over = threading.Event()

    async def events() -> AsyncIterator[bytes]:
        yield sse(EVIDENCE, "evidence")
        while not over.is_set():
            await asyncio.sleep(0.01)

    service.answers = lambda: StreamingResponse(events(), media_type="text/event-stream")
    received: list[Any] = []
    try:
        with pytest.raises(BrokenOffError, match="ReadTimeout"):
            asks(service.url, timeout=0.3).events(CHAT, received)
    finally:
        over.set()
    assert received == [EVIDENCE]


# Streams


def test_events_arrive_typed_and_end_with_the_reply(
    service: Service, asks: Callable[..., Asks]
) -> None:
    service.streams(
        sse(retry=1000),
        sse(comment="waiting"),
        sse(EVIDENCE, "evidence"),
        sse('{"of": "another version"}', "novelty"),
        sse(SENTENCE, "sentence"),
        sse(REPLY, "reply"),
        sse(SENTENCE, "sentence"),
    )
    received: list[Any] = []
    asks(service.url).events(CHAT, received)
    assert received == [EVIDENCE, SENTENCE, REPLY]
    assert json.loads(service.asked[0][3])["stream"] is True


def test_an_event_may_come_in_pieces(service: Service, asks: Callable[..., Asks]) -> None:
    whole = sse(SENTENCE, "sentence") + sse(REPLY, "reply")
    service.streams(*(whole[i : i + 7] for i in range(0, len(whole), 7)))
    received: list[Any] = []
    asks(service.url).events(CHAT, received)
    assert received == [SENTENCE, REPLY]


def test_an_ingestion_is_followed_to_its_report(
    service: Service, asks: Callable[..., Asks]
) -> None:
    progress = IngestionProgress(
        files=1, files_total=2, bytes=10, bytes_total=20, passages=3, name="규정.hwp"
    )
    file = FileReport(path="규정.hwp", outcome="added", passages=3)
    report = IngestionView.model_validate(EXAMPLES["IngestionView"])
    service.streams(sse(progress, "progress"), sse(file, "file"), sse(report, "report"))
    received: list[Any] = []
    asks(service.url).events(endpoints.ingestion_events("ingestion-1"), received)
    assert received == [progress, file, report]
    assert service.asked[0][1] == "/v1/ingestions/ingestion-1/events"


@pytest.mark.parametrize(("status", "kind"), [(404, MissingError), (504, ProblemError)])
def test_an_error_in_the_stream_is_raised_after_what_came(
    service: Service, asks: Callable[..., Asks], status: int, kind: type[ProblemError]
) -> None:
    service.streams(sse(EVIDENCE, "evidence"), sse(json.dumps(problem(status)), "error"))
    received: list[Any] = []
    with pytest.raises(kind) as raised:
        asks(service.url).events(CHAT, received)
    assert received == [EVIDENCE]
    assert (raised.value.status, raised.value.detail) == (status, "That is why.")


@pytest.mark.parametrize("broken", [[], [ConnectionResetError()]])
def test_a_stream_that_breaks_is_broken_off(
    service: Service, asks: Callable[..., Asks], broken: list[Exception]
) -> None:
    service.streams(sse(EVIDENCE, "evidence"), *broken)
    received: list[Any] = []
    message = "RemoteProtocolError" if broken else "ended before the reply"
    with pytest.raises(BrokenOffError, match=message):
        asks(service.url).events(CHAT, received)
    assert received == [EVIDENCE]


@pytest.mark.parametrize(
    "event",
    [
        sse("{}", "evidence"),
        sse("not JSON", "sentence"),
        sse("{}", "error"),
        b"event: reply\ndata: \xff\xfe\n\n",
    ],
)
def test_an_event_of_the_wrong_form_is_malformed(
    service: Service, asks: Callable[..., Asks], event: bytes
) -> None:
    service.streams(sse(SENTENCE, "sentence"), event)
    received: list[Any] = []
    with pytest.raises(MalformedReplyError, match="not a reply of the API"):
        asks(service.url).events(CHAT, received)
    assert received == [SENTENCE]


def test_what_is_no_stream_is_malformed(service: Service, asks: Callable[..., Asks]) -> None:
    service.says(EXAMPLES["ChatResponse"])
    with pytest.raises(MalformedReplyError):
        asks(service.url).events(CHAT, [])


def test_leaving_a_stream_ends_the_request(service: Service) -> None:
    left = threading.Event()

    async def events() -> AsyncIterator[bytes]:
        try:
            while True:
                yield sse(SENTENCE, "sentence")
                await asyncio.sleep(0.01)
        finally:
            left.set()

    async def leave() -> None:
        async with AsyncClient(service.url) as client, aclosing(client.stream(CHAT)) as stream:
            assert await anext(stream) == SENTENCE

    service.answers = lambda: StreamingResponse(events(), media_type="text/event-stream")
    with Client(service.url) as client:
        stream = client.stream(CHAT)
        assert next(stream) == SENTENCE
        stream.close()
        assert left.wait(5)
    left.clear()
    asyncio.run(leave())
    assert left.wait(5)


# Files

DOCUMENT = "6f9619ff-8b86-5d11-b42d-00c04fc964ff"


def test_a_picture_of_a_page_arrives_as_it_is(service: Service, asks: Callable[..., Asks]) -> None:
    service.answers = lambda: Response(b"\x89PNG", media_type="image/png")
    assert asks(service.url).send(endpoints.page_picture(DOCUMENT, 3, "24명")) == b"\x89PNG"
    (asked,) = service.asked
    assert asked[1] == f"/v1/documents/{DOCUMENT}/pages/3.png?quote=24%EB%AA%85"


def downloaded(service: Service) -> tuple[str, bytes]:
    """Type and content of the file that the service sends."""

    async def receive() -> tuple[str, bytes]:
        async with (
            AsyncClient(service.url) as client,
            client.download(endpoints.original(DOCUMENT)) as file,
        ):
            chunks = [chunk async for chunk in file.chunks]
            return file.headers["Content-Type"], b"".join(chunks)

    return asyncio.run(receive())


def test_a_file_arrives_with_what_describes_it(service: Service) -> None:
    service.answers = lambda: Response(b"%PDF-", media_type="application/pdf")
    assert downloaded(service) == ("application/pdf", b"%PDF-")
    assert service.asked[0][2]["accept-encoding"] == "identity"


def test_a_file_that_is_not_there_or_breaks_off_is_an_error(service: Service) -> None:
    service.says(problem(404), 404)
    with pytest.raises(MissingError, match="That is why"):
        downloaded(service)
    service.streams(b"%PDF-", ConnectionResetError())
    with pytest.raises(BrokenOffError):
        downloaded(service)
