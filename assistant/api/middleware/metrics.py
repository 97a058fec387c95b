"""What Prometheus reads: how long the steps take, how questions end, what waits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from assistant.answering.generation.drafts import DraftSentence
from assistant.api.middleware.admission import BoundedQueue
from assistant.api.middleware.collection_metrics import CollectionMetrics
from assistant.api.schemas.chat_schemas import StoredReply
from assistant.errors import UnavailableError
from assistant.ingestion.queue import IngestionCounts
from assistant.models.session import TokenUsage
from assistant.storage.registry import CollectionSize

CONTENT_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)


class _Ingested(Collector):
    """Counters of what the service has ingested, read when they are asked for."""

    def __init__(self, counts: IngestionCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counters as they are now."""
        for name, text, label, counts in (
            ("trilogue_ingestions", "Ingestions that are over.", "state", self._counts.ingestions),
            ("trilogue_ingested_files", "Files.", "outcome", self._counts.files),
        ):
            family = CounterMetricFamily(name, text, labels=[label])
            for value, count in dict(counts).items():
                family.add_metric([value], count)
            yield family


def _entries(answers: Sized) -> float:
    try:
        return len(answers)
    except UnavailableError:
        return math.nan


class Metrics:
    """The metrics of one application, in a registry of their own.

    Args:
        queues: The bounded queues by name.
        answers: The cache of generated answers.
        ingested: What the service has ingested.
        sizes: Asked for the collections, the largest first, whenever metrics are read.
    """

    def __init__(
        self,
        queues: Mapping[str, BoundedQueue],
        answers: Sized,
        ingested: IngestionCounts,
        sizes: Callable[[], Sequence[CollectionSize]],
    ) -> None:
        self._registry = registry = CollectorRegistry()
        registry.register(_Ingested(ingested))
        self._collections = CollectionMetrics(sizes)
        registry.register(self._collections)
        self._requests = Counter(
            "trilogue_http_requests", "Requests.", ["route", "method", "status"], registry=registry
        )
        self._latency = Histogram(
            "trilogue_http_request_seconds",
            "Time until the last byte of the response.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._steps = Histogram(
            "trilogue_step_seconds",
            "Time that a step of a question took.",
            ["step"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._replies = Counter(
            "trilogue_replies", "Replies.", ["outcome", "language"], registry=registry
        )
        self._rejected = Counter(
            "trilogue_sentences_rejected",
            "Generated sentences that a check kept back.",
            ["check", "language"],
            registry=registry,
        )
        self._tokens = Counter(
            "trilogue_generator_tokens", "Tokens read and written.", ["kind"], registry=registry
        )
        self._cache = Counter(
            "trilogue_answer_cache", "Questions to the cache.", ["result"], registry=registry
        )
        self._unsaved = Counter(
            "trilogue_unsaved_replies",
            "Replies that were sent and could not be stored.",
            registry=registry,
        )
        waiting = Gauge(
            "trilogue_queue", "Requests in progress, the waiting ones included.", ["queue"],
            registry=registry,
        )  # fmt: skip
        for name, queue in queues.items():
            waiting.labels(name).set_function(partial(getattr, queue, "taken"))
        kept = Gauge("trilogue_answer_cache_entries", "Answers in the cache.", registry=registry)
        kept.set_function(partial(_entries, answers))

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that has ended. Methods that HTTP does not define count as one: each
        label stays in memory, and a caller may invent them."""
        method = method if method in _METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def reply(
        self,
        reply: StoredReply,
        usage: TokenUsage,
        drafts: Sequence[DraftSentence],
        collections: Iterable[str],
    ) -> None:
        """Count a reply, what it took, whose documents it names, and the sentences that were held
        back."""
        timings = reply.timings_ms
        self._collections.reply(collections, reply.outcome)
        self._replies.labels(reply.outcome, reply.answer_language).inc()
        self._steps.labels("retrieval").observe(timings.retrieval / 1000)
        self._steps.labels("evidence").observe((timings.evidence - timings.retrieval) / 1000)
        self._steps.labels("total").observe(timings.total / 1000)
        if timings.first_token is not None:
            self._steps.labels("first_token").observe(timings.first_token / 1000)
            self._steps.labels("generation").observe((timings.total - timings.evidence) / 1000)
        self._steps.labels("slot").observe(usage.waited)
        for draft in drafts:
            if draft.rejection:
                self._rejected.labels(draft.rejection.check, reply.answer_language).inc()
        self._tokens.labels("prompt").inc(usage.prompt_tokens)
        self._tokens.labels("cached_prompt").inc(usage.cached_prompt_tokens)
        self._tokens.labels("completion").inc(usage.completion_tokens)
        self._cache.labels("hit").inc(usage.from_cache)
        self._cache.labels("miss").inc(usage.not_in_cache)

    def unsaved(self) -> None:
        """Count a reply that could not be stored."""
        self._unsaved.inc()

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)
