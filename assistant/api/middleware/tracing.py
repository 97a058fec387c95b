"""OpenTelemetry: where spans are sent to, and the span around each request."""

from __future__ import annotations

import os
from collections.abc import Sequence

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from assistant import __version__
from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.settings import Settings

#: What is told of a request, beside the service's own attributes: nothing with which a person
#: could be found, as in addresses (paths have ids of users) and headers.
_TOLD = ("http.request.method", "http.route", "http.response.status_code", "error.type")


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
    discreet = DiscreetExporter(exporter or OTLPSpanExporter(endpoint=url))
    provider.add_span_processor(BatchSpanProcessor(discreet))
    trace.set_tracer_provider(provider)
    return provider


def instrument(app: FastAPI) -> None:
    """Put a span around each request, until the last byte of its response was sent or the client
    went away, within the trace that the caller began, if it did."""
    # Attributes by their stable names; without it the instrumentation has those of before 2023.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    FastAPIInstrumentor.instrument_app(
        app,
        # Prometheus has the metrics.
        meter_provider=NoOpMeterProvider(),
        # A span for each message would be one for each sentence of a stream.
        exclude_spans=["receive", "send"],
    )


def tell_reply(reply: ChatResponse) -> None:
    """What came of a question, as attributes of its request's span."""
    trace.get_current_span().set_attributes(
        {
            "trilogue.reply_id": reply.id,
            "trilogue.outcome": reply.outcome,
            "trilogue.language": reply.answer_language,
            "trilogue.completion_tokens": reply.usage.completion_tokens,
        }
    )


class DiscreetExporter(SpanExporter):
    """Hands spans on without what may be of a person.

    The instrumentation notes addresses, clients and the words of errors. Attributes are left out
    unless they are known to be harmless, and events and the words of a status altogether.

    Args:
        exporter: Where the spans go.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter.export`."""
        return self._exporter.export([_discreet(span) for span in spans])

    def shutdown(self) -> None:
        """See `SpanExporter.shutdown`."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """See `SpanExporter.force_flush`."""
        return self._exporter.force_flush(timeout_millis)


def _discreet(span: ReadableSpan) -> ReadableSpan:
    attributes = span.attributes or {}
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={
            name: value
            for name, value in attributes.items()
            if name in _TOLD or name.startswith("trilogue.")
        },
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
