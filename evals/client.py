"""A service over HTTP: searches, streamed replies with their times, and the texts of its index.

A question that goes wrong gives a `Record` with an error, whatever went wrong.
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any

import httpx
from httpx_sse import EventSource, SSEError
from pydantic import BaseModel, ValidationError

from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    Message,
    PassageList,
    Problem,
    SearchRequest,
    SearchResponse,
)
from assistant.api.schemas.document_schemas import DocumentList
from evals.dataset import Case
from evals.errors import EvalError
from evals.records import Passage, Record, Service, Step, Times

#: How many passages a search asks for, and thus the depth of all retrieval measures.
DEPTH = 10
_BUSY = (429, 503)
_BUSY_TRIES = 8
_LONGEST_RAW = 2000


class ServiceClient:
    """Asks one service, in ``async with``.

    Args:
        url: Its base URL.
        key: API key, where it wants one.
        timeout: Longest time for one question, in seconds.
        collections: Name of the collection of a language's documents, such as
            ``samples-{language}``; None to ask all collections.
    """

    def __init__(
        self, url: str, key: str | None, timeout: float = 300.0, collections: str | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._collections = collections
        self._http = httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=httpx.Timeout(timeout, connect=10.0)
        )

    async def __aenter__(self) -> ServiceClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def ask(self, case: Case, step: Step) -> Record:
        """Send one request of a case."""
        body = self._body(case, step)
        sent = body.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
        record = Record(suite=case.suite, case=case.id, step=step, sent=sent)
        for attempt in range(_BUSY_TRIES):
            began = time.perf_counter()
            try:
                async with asyncio.timeout(self._timeout):
                    wait = await self._send(body, record, began)
            except TimeoutError:
                return _failed(record, began, f"no reply within {self._timeout:g} s")
            except (httpx.HTTPError, httpx.InvalidURL, SSEError) as error:
                return _failed(record, began, f"{type(error).__name__}: {error}")
            except (ValidationError, UnicodeDecodeError) as error:
                return _failed(record, began, f"not a reply of the API: {_short(error)}")
            if wait is None:
                return record
            if attempt < _BUSY_TRIES - 1:
                await asyncio.sleep(wait)
        return record

    def _body(self, case: Case, step: Step) -> SearchRequest | ChatRequest:
        restricted = case.target is not None and step != "pool"
        collections = None
        if restricted and self._collections:
            collections = [self._collections.format(language=case.target)]
        if step == "chat":
            question = Message(role="user", content=case.question)
            return ChatRequest(
                messages=[*case.history, question], collections=collections, stream=True
            )
        return SearchRequest(
            query=case.question,
            top_k=DEPTH,
            language=case.target if restricted else None,
            collections=collections,
        )

    async def _send(self, body: BaseModel, record: Record, began: float) -> float | None:
        """Fill the record in; seconds to wait where the service is busy."""
        path = "/v1/chat" if record.step == "chat" else "/v1/search"
        json = body.model_dump(exclude_none=True, mode="json")
        async with self._http.stream("POST", path, json=json) as response:
            record.status = response.status_code
            if not response.is_success:
                raw = (await response.aread()).decode("utf-8", "replace")
                _failed(record, began, _detail(raw, response.status_code), raw)
                return _wait(response) if response.status_code in _BUSY else None
            record.error = record.raw = None
            if record.step == "chat":
                await _read_events(response, record, began)
            else:
                record.search = SearchResponse.model_validate_json(await response.aread())
                record.times = Times(total=_since(began))
        return None

    async def describe(self) -> Service:
        """The service's version and models, as far as it tells."""
        version = await self._json("/openapi.json")
        models = await self._json("/v1/models")
        return Service(
            url=self.url,
            version=_dig(version, "info", "version"),
            models=[str(m["id"]) for m in _dig(models, "data") or [] if "id" in m],
        )

    async def _json(self, path: str) -> Any:
        try:
            response = await self._http.get(path)
            return response.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            return None

    async def passages(self) -> list[Passage]:
        """Every passage of the index that the key may see.

        Raises:
            EvalError: The service does not list them.
        """
        try:
            found: list[Passage] = []
            for document in await self._documents():
                found += await self._passages(document)
        except httpx.HTTPStatusError as error:
            raise EvalError(_detail(error.response.text, error.response.status_code)) from error
        except (httpx.HTTPError, ValidationError) as error:
            raise EvalError(_short(error)) from error
        return found

    async def _documents(self) -> list[str]:
        found: list[str] = []
        while True:
            page = await self._page("/v1/documents", len(found), 1000)
            listed = DocumentList.model_validate_json(page)
            found += [document.document_id for document in listed.documents]
            if len(found) >= listed.total or not listed.documents:
                return found

    async def _passages(self, document: str) -> list[Passage]:
        found: list[Passage] = []
        while True:
            page = await self._page(f"/v1/documents/{document}/passages", len(found), 500)
            listed = PassageList.model_validate_json(page)
            found += [Passage.model_validate(p, from_attributes=True) for p in listed.passages]
            if len(found) >= listed.total or not listed.passages:
                return found

    async def _page(self, path: str, offset: int, limit: int) -> bytes:
        for _ in range(_BUSY_TRIES):
            response = await self._http.get(path, params={"offset": offset, "limit": limit})
            if response.status_code not in _BUSY:
                break
            await asyncio.sleep(_wait(response))
        return response.raise_for_status().content


async def _read_events(response: httpx.Response, record: Record, began: float) -> None:
    times = record.times = Times()
    async for event in EventSource(response).aiter_sse():
        times.total = _since(began)
        match event.event:
            case "evidence":
                times.evidence = times.evidence or times.total
            case "sentence":
                times.first_sentence = times.first_sentence or times.total
            case "reply":
                record.chat = ChatResponse.model_validate_json(event.data)
                return
            case "error":
                problem = Problem.model_validate_json(event.data)
                _failed(record, began, f"{problem.status}: {problem.detail}", event.data)
                return
    _failed(record, began, "the stream ended before the reply")


def _failed(record: Record, began: float, error: str, raw: str | None = None) -> Record:
    record.error = error
    record.raw = raw[:_LONGEST_RAW] if raw else None
    record.times.total = _since(began)
    return record


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _wait(response: httpx.Response) -> float:
    """Seconds that a busy service asks to wait, within reason."""
    asked = response.headers.get("Retry-After", "")
    return min(60.0, max(0.2, float(asked))) if asked.isdigit() else 2.0


def _detail(raw: str, status: int) -> str:
    try:
        return f"{status}: {Problem.model_validate_json(raw).detail}"
    except ValidationError:
        return f"{status}: {' '.join(raw.split())[:200]}"


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _dig(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
