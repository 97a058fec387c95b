"""``trilogue search`` and ``trilogue ask``: by the running service, or in this process."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.api.announcement import running_service
from assistant.commands.service_client import asking, request_of
from assistant.commands.terminal import Json, explained, out, print_json
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.api.schemas.chat_schemas import (
        ChatRequest,
        ChatResponse,
        SearchRequest,
        SearchResponse,
    )
    from assistant.api.service import Service


def search(
    query: str,
    top_k: Annotated[int, typer.Option(min=1, max=100)] = 5,
    language: Annotated[str | None, typer.Option(help="ko, ar or en.")] = None,
    as_json: Json = False,
) -> None:
    """Find passages in any of the three languages."""
    from assistant.api.schemas.chat_schemas import SearchRequest

    with explained():
        response = _search(request_of(SearchRequest, query=query, top_k=top_k, language=language))
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
    from assistant.api.schemas.chat_schemas import ChatRequest
    from assistant.commands.explain_table import print_trace

    messages = [{"role": "user", "content": question}]
    with explained():
        asked = request_of(ChatRequest, messages=messages, language=language, explain=explain)
        reply = _chat(asked)
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


def _search(request: SearchRequest) -> SearchResponse:
    """Let the running service search where there is one, else run its route in this process."""
    settings = get_settings()
    if running := running_service(settings):
        from assistant.client import endpoints

        with asking(running) as client:
            return client.send(endpoints.search(request))

    from assistant.api.access import LOCAL
    from assistant.api.routes.search import find

    with _opened(settings) as service:
        return asyncio.run(find(service, LOCAL, request))


def _chat(request: ChatRequest) -> ChatResponse:
    """Let the running service answer where there is one, else run its route in this process."""
    settings = get_settings()
    if running := running_service(settings):
        from assistant.client import endpoints

        with asking(running) as client:
            return client.send(endpoints.chat(request))

    from assistant.api import chat_service
    from assistant.api.access import LOCAL

    with _opened(settings) as service:
        return asyncio.run(
            chat_service.reply(service, chat_service.accept(service, LOCAL, request))
        )


def _opened(settings: Settings) -> closing[Service]:
    from assistant.commands.composition import open_service

    return closing(open_service(settings))
