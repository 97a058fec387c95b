"""Asks a service the cases of suites: searches, streamed replies with their times, and the texts
of its index.

A question that goes wrong gives a `Record` with an error, whatever went wrong.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from types import TracebackType
from typing import TypeVar

from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    Message,
    SearchRequest,
    SentenceEvent,
)
from assistant.client import AsyncClient, Call, ClientError, ProblemError, endpoints
from evals.dataset import Case
from evals.errors import EvalError
from evals.records import FoundPassage, Record, ServiceVersion, Step, Times

#: How many passages a search asks for, and thus the depth of all retrieval measures.
DEPTH = 10
_BUSY = (429, 503)
_BUSY_TRIES = 8
_LONGEST_RAW = 2000

T = TypeVar("T")


class ServiceClient:
    """Asks one service, in ``async with``.

    Args:
        url: Its base URL.
        key: API key, where it wants one.
        timeout: Longest time for one question, in seconds.
        collections: Name of the collection of a language's documents, such as
            ``samples-{language}``; None to ask all collections.

    Raises:
        EvalError: ``url`` is no URL.
    """

    def __init__(
        self, url: str, key: str | None, timeout: float = 300.0, collections: str | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._collections = collections
        try:
            self._client = AsyncClient(url, key, timeout=timeout)
        except ClientError as error:
            raise EvalError(f"{url}: {error}") from error

    async def __aenter__(self) -> ServiceClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def ask(self, case: Case, step: Step) -> Record:
        """Send one request of a case."""
        body = self._body(case, step)
        sent = body.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
        record = Record(suite=case.suite, case=case.id, step=step, sent=sent)
        for attempt in range(_BUSY_TRIES):
            began = time.perf_counter()
            try:
                async with asyncio.timeout(self._timeout):
                    await self._answer(body, record, began)
                return record
            except TimeoutError:
                return _failed(record, began, f"no reply within {self._timeout:g} s")
            except ProblemError as error:
                _failed(record, began, str(error), error.body)
                record.status = error.status
                if error.status not in _BUSY:
                    return record
                if attempt < _BUSY_TRIES - 1:
                    await asyncio.sleep(_wait(error))
            except ClientError as error:
                return _failed(record, began, str(error))
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

    async def _answer(
        self, body: SearchRequest | ChatRequest, record: Record, began: float
    ) -> None:
        """Fill in the reply and its times.

        Raises:
            ClientError: There is none.
        """
        times = record.times = Times()
        if isinstance(body, SearchRequest):
            record.search = await self._client.send(endpoints.search(body))
            times.total = _since(began)
        else:
            async with aclosing(self._client.stream(endpoints.chat_events(body))) as events:
                async for event in events:
                    times.total = _since(began)
                    match event:
                        case EvidenceEvent():
                            times.evidence = times.evidence or times.total
                        case SentenceEvent():
                            times.first_sentence = times.first_sentence or times.total
                        case ChatResponse():
                            record.chat = event
        record.error = record.raw = record.status = None

    async def describe(self) -> ServiceVersion:
        """The service's version and models, as far as it tells."""
        described = await self._told(endpoints.description())
        models = await self._told(endpoints.models())
        return ServiceVersion(
            url=self.url,
            version=described.info.version if described else None,
            models=[model.id for model in models.data] if models else [],
        )

    async def _told(self, call: Call[T]) -> T | None:
        try:
            return await self._client.send(call)
        except ClientError:
            return None

    async def passages(self) -> list[FoundPassage]:
        """Every passage of the index that the key may see.

        Raises:
            EvalError: The service does not list them.
        """
        try:
            found: list[FoundPassage] = []
            for document in await self._documents():
                found += await self._passages(document)
        except ClientError as error:
            raise EvalError(str(error)) from error
        return found

    async def _documents(self) -> list[str]:
        found: list[str] = []
        while True:
            page = await self._patiently(endpoints.documents(limit=1000, offset=len(found)))
            found += [document.document_id for document in page.documents]
            if len(found) >= page.total or not page.documents:
                return found

    async def _passages(self, document: str) -> list[FoundPassage]:
        found: list[FoundPassage] = []
        while True:
            page = await self._patiently(endpoints.passages(document, 500, len(found)))
            found += [FoundPassage.model_validate(p, from_attributes=True) for p in page.passages]
            if len(found) >= page.total or not page.passages:
                return found

    async def _patiently(self, call: Call[T]) -> T:
        """The reply, asked for again where the service is busy."""
        for _ in range(_BUSY_TRIES - 1):
            try:
                return await self._client.send(call)
            except ProblemError as error:
                if error.status not in _BUSY:
                    raise
                await asyncio.sleep(_wait(error))
        return await self._client.send(call)


def _failed(record: Record, began: float, error: str, raw: str | None = None) -> Record:
    record.error = error
    record.raw = raw[:_LONGEST_RAW] if raw else None
    record.times.total = _since(began)
    return record


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _wait(busy: ProblemError) -> float:
    """Seconds that a busy service asks to wait, within reason."""
    return 2.0 if busy.retry_after is None else min(60.0, max(0.2, busy.retry_after))
