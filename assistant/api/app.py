"""The FastAPI application: its routes, and what is around them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from assistant import __version__
from assistant.api.access import RequestAuthenticator
from assistant.api.dependencies import refuse_broken_address
from assistant.api.description import PROBLEM, describe
from assistant.api.middleware import problems, tracing
from assistant.api.middleware.admission import BoundedQueue
from assistant.api.middleware.metrics import Metrics
from assistant.api.middleware.request_middleware import RequestMiddleware
from assistant.api.routes import (
    chat,
    conversations,
    documents,
    embeddings,
    feedback,
    health,
    ingestions,
    limits,
    openai,
    originals,
    page_pictures,
    passage_context,
    passages,
    replies,
    search,
    shares,
    users,
)
from assistant.api.service import Service
from assistant.errors import TrilogueError
from assistant.settings import Settings

_log = logging.getLogger(__name__)

#: What any route may answer. 400 is for a body that is not even text.
_STATUSES = (400, 401, 403, 413, 422, 429, 500, 503, 504)
_ERRORS: dict[int | str, dict[str, object]] = {status: {**PROBLEM} for status in _STATUSES}
_ROUTERS = (
    search,
    chat,
    openai,
    limits,
    embeddings,
    documents,
    passages,
    passage_context,
    originals,
    page_pictures,
    ingestions,
    conversations,
    replies,
    shares,
    feedback,
    users,
    health,
)
#: Pictures of pages that are drawn or waited for at most; one is drawn at a time.
_PICTURES = 16
#: Seconds between two purges of what is older than the settings allow.
_PURGE_EVERY = 3600.0


def create_app(service: Service) -> FastAPI:
    """The application over an open service; whoever opened the service closes it."""
    settings = service.settings
    app = FastAPI(
        title="Trilogue",
        version=__version__,
        description="Answers about policy documents in Korean, Arabic and English, with evidence.",
        responses=_ERRORS,
        dependencies=[Depends(refuse_broken_address)],
        max_body_size=settings.max_body_bytes,
        lifespan=_purging(service),
        # FastAPI's documentation pages load their scripts from a public CDN.
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.queues = queues = {
        "chats": BoundedQueue("chats", settings.generator_slots + settings.chat_queue),
        "searches": BoundedQueue("searches", settings.search_queue),
        "pictures": BoundedQueue("pictures of pages", _PICTURES),
    }
    app.state.metrics = metrics = Metrics(
        queues, service.answers, service.ingestions.counts, service.records.documents.sizes
    )
    app.state.authenticator = authenticator = RequestAuthenticator(
        settings, service.records, service.operator_token
    )
    problems.install(app)
    for module in _ROUTERS:
        app.include_router(module.router)
    # Files are larger than questions: the limit of the application does not hold there.
    app.include_router(
        documents.uploads, max_body_size=settings.max_upload_bytes + documents.FORM_BYTES
    )
    _surround(app, settings, metrics, authenticator)
    if settings.otlp_endpoint:
        tracing.instrument(app)
    describe(app)
    return app


def _surround(
    app: FastAPI, settings: Settings, metrics: Metrics, authenticator: RequestAuthenticator
) -> None:
    """Add the middlewares, the innermost first."""
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=[
                *("RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"),
                *("Content-Disposition", "X-Quote-Found"),
            ],
        )
    app.add_middleware(
        RequestMiddleware,
        metrics=metrics,
        authenticator=authenticator,
        trusted_hosts=settings.trusted_hosts,
        secure=settings.link_base.startswith("https://"),
    )


def _purging(service: Service) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """A lifespan in which old personal data is deleted, at the start and every hour."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        task = asyncio.create_task(_purge(service))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return lifespan


async def _purge(service: Service) -> None:
    while True:
        try:
            purged = await asyncio.to_thread(service.records.purge, service.settings)
            _log.info("Purged what is too old: %s", purged)
        except TrilogueError as error:
            _log.error("Old data could not be purged: %s", error)
        await asyncio.sleep(_PURGE_EVERY)
