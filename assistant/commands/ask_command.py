"""``trilogue search`` and ``trilogue ask``: by the running service, or in this process."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from assistant.api.announcement import running_service
from assistant.commands.service_client import call
from assistant.commands.terminal import Json, explained, out, print_json
from assistant.errors import InvalidInputError
from assistant.settings import get_settings


def search(
    query: str,
    top_k: Annotated[int, typer.Option(min=1, max=100)] = 5,
    language: Annotated[str | None, typer.Option(help="ko, ar or en.")] = None,
    as_json: Json = False,
) -> None:
    """Find passages in any of the three languages."""
    from assistant.api.schemas.chat_schemas import SearchRequest, SearchResponse

    body = {"query": query, "top_k": top_k, "language": language}
    with explained():
        response = SearchResponse.model_validate(_answer("/v1/search", SearchRequest, body))
    if as_json:
        print_json(response.model_dump())
        return
    for number, result in enumerate(response.results, start=1):
        place = f"{result.title} · {result.locator}" + (
            f" · p. {result.page}" if result.page else ""
        )
        out.print(f"{number}. {place}  ({result.language}, {result.score:.4f})", markup=False)
        out.print(f"   {' '.join(result.text.split())[:300]}", markup=False)
    if not response.results:
        out.print("Nothing found. Are there documents? See 'trilogue ingest'.")


def ask(
    question: str,
    language: Annotated[str, typer.Option(help="Of the reply: auto, ko, ar or en.")] = "auto",
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every decision that led to the reply.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask the documents a question."""
    from assistant.api.schemas.chat_schemas import ChatRequest, ChatResponse
    from assistant.commands.explain_table import print_trace

    body = {
        "messages": [{"role": "user", "content": question}],
        "language": language,
        "explain": explain,
    }
    with explained():
        reply = ChatResponse.model_validate(_answer("/v1/chat", ChatRequest, body))
    if as_json:
        print_json(reply.model_dump())
        return
    if reply.notice:
        out.print(reply.notice, markup=False)
    out.print(reply.answer, markup=False)
    out.print(f"\n({reply.outcome}, {reply.timings_ms.total / 1000:.1f} s)", style="dim")
    for citation in reply.citations:
        page = f" · p. {citation.page}" if citation.page else ""
        place = f"[{citation.number}] {citation.title} · {citation.locator}{page}"
        out.print(f"{place} ({citation.source})", markup=False)
        out.print(f"    {' '.join(citation.quote.split())}", markup=False, style="dim")
        if citation.translation:
            out.print(f"    {citation.translation}", markup=False)
    if reply.trace:
        print_trace(reply.trace)


def _answer(path: str, request_type: type[BaseModel], body: dict[str, Any]) -> Any:
    """Ask the running service where there is one, else run its route in this process."""
    settings = get_settings()
    try:
        request = request_type.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if service := running_service(settings):
        return call(service, "POST", path, json=body)

    from assistant.api import chat_service
    from assistant.api.access import LOCAL
    from assistant.api.routes.search import find
    from assistant.api.schemas.chat_schemas import ChatRequest, SearchRequest
    from assistant.commands.composition import open_service

    opened = open_service(settings)
    try:
        if isinstance(request, SearchRequest):
            return asyncio.run(find(opened, LOCAL, request))
        assert isinstance(request, ChatRequest)
        asked = chat_service.accept(opened, LOCAL, request)
        return asyncio.run(chat_service.reply(opened, asked))
    finally:
        opened.close()
