"""How long it takes, as a client sees it."""

from __future__ import annotations

from evals.evaluators.base import Context, Metric
from evals.records import Asked


class Latency:
    """Times from the request to the evidence, the first sentence and the end, and the generator's
    speed: tokens over the time from the evidence to the end, retries included."""

    metrics = (
        Metric("search_ms", "time of a search", "lower", "ms"),
        Metric("evidence_ms", "time until the evidence is there", "lower", "ms"),
        Metric("first_sentence_ms", "time until the first checked sentence", "lower", "ms"),
        Metric("total_ms", "time until the reply is complete", "lower", "ms"),
        Metric("tokens_per_s", "generated tokens a second", "higher", "/s"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        scores: dict[str, float | None] = {}
        if (search := asked.records.get("search")) and search.error is None:
            scores["search_ms"] = search.times.total
        chat = asked.records.get("chat")
        if chat and chat.chat:
            times = chat.times
            scores |= {
                "evidence_ms": times.evidence,
                "first_sentence_ms": times.first_sentence,
                "total_ms": times.total,
            }
            seconds = (times.total - (times.evidence or 0.0)) / 1000
            if chat.chat.usage.completion_tokens and seconds > 0:
                scores["tokens_per_s"] = chat.chat.usage.completion_tokens / seconds
        return {name: value for name, value in scores.items() if value is not None}
