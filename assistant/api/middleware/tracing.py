"""OpenTelemetry: a span for each request and each step of a question, where a collector is set."""

from __future__ import annotations

import time
from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import __version__
from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.settings import Settings

_TRACER = trace.get_tracer("trilogue")


def configure(settings: Settings, exporter: SpanExporter | None = None) -> TracerProvider | None:
    """Send spans to the collector that the settings name; without one nothing is traced.

    Args:
        settings: Where the collector is.
        exporter: Where the spans go instead.

    Returns:
        What must be shut down at the end, so that the last spans are sent.
    """
    if settings.otlp_endpoint is None and exporter is None:
        return None
    url = f"{(settings.otlp_endpoint or '').rstrip('/')}/v1/traces"
    resource = Resource.create({"service.name": "trilogue", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=url)))
    trace.set_tracer_provider(provider)
    return provider


class TracingMiddleware:
    """A span around each request, within the trace that the caller began, if it did.

    Spans have the route, the status and ids; no question, answer or other text of a person.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carrier = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        with _TRACER.start_as_current_span(
            scope["method"],
            context=extract(carrier),
            kind=trace.SpanKind.SERVER,
            # The words of an error may be a person's; the logs have them, masked.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            span.set_attribute("trilogue.request_id", scope["state"]["request_id"])

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    route = getattr(scope.get("route"), "path", "unknown")
                    span.update_name(f"{scope['method']} {route}")
                    span.set_attribute("http.route", route)
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, answer)


def record_steps(reply: ChatResponse) -> None:
    """Spans of a reply's steps, from its timings, under the current span."""
    span = trace.get_current_span()
    if not span.is_recording():
        return
    span.set_attribute("trilogue.reply_id", reply.id)
    span.set_attribute("trilogue.outcome", reply.outcome)
    span.set_attribute("trilogue.language", reply.answer_language)
    span.set_attribute("trilogue.completion_tokens", reply.usage.completion_tokens)
    timings = reply.timings_ms
    steps: Sequence[tuple[str, float, float]] = [
        ("retrieval", 0.0, timings.retrieval),
        ("evidence", timings.retrieval, timings.evidence),
    ]
    if timings.first_token is not None:
        steps = [*steps, ("generation", timings.evidence, timings.total)]
    began = time.time_ns() - int(timings.total * 1e6)
    for name, start, end in steps:
        step = _TRACER.start_span(name, start_time=began + int(start * 1e6))
        step.end(began + int(end * 1e6))
