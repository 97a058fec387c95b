"""From a reply's trace to the API's schemas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from assistant.answering.claim import Rejection
from assistant.answering.generation.drafts import DraftSentence
from assistant.answering.trace import ReplyTrace, SearchStep
from assistant.api.schemas import trace_schemas as schemas
from assistant.models.session import TokenUsage


def trace(trace: ReplyTrace, usage: TokenUsage) -> schemas.Trace:
    """A trace as the API sends it.

    Args:
        trace: What was decided.
        usage: What the generator used.
    """
    return schemas.Trace(
        language=trace.detection.language,
        language_supported=trace.detection.supported,
        searches=[_search(step) for step in trace.searches],
        evidence=[
            schemas.TraceEvidence(
                number=item.number,
                document_id=item.passage.document_id,
                passage_id=item.passage.id,
                title=item.passage.title,
                locator=item.passage.locator,
                language=item.passage.language,
                start=item.span.start,
                end=item.span.end,
                score=round(item.score, 4),
            )
            for item in trace.evidence
        ],
        sentences=[_sentence(draft) for draft in trace.drafts],
        translations=[
            schemas.TraceTranslation(
                number=item.number,
                text=item.text,
                check=_check(item.rejection),
                reason=_reason(item.rejection),
            )
            for item in trace.translations
        ],
        tokens=schemas.TraceTokens(
            prompt=usage.prompt_tokens,
            cached_prompt=usage.cached_prompt_tokens,
            completion=usage.completion_tokens,
            answers_from_cache=usage.from_cache,
            waited_ms=round(usage.waited * 1000, 1),
        ),
        ended_ms={step: round(ms, 1) for step, ms in trace.ended.items()},
    )


def _search(step: SearchStep) -> schemas.TraceSearch:
    features = step.decision.features
    return schemas.TraceSearch(
        question=step.question.text,
        origin=step.question.origin,
        hits=[
            schemas.TraceHit(
                document_id=hit.passage.document_id,
                source=hit.passage.source,
                title=hit.passage.title,
                locator=hit.passage.locator,
                language=hit.passage.language,
                score=round(hit.score, 4),
                cosine=round(hit.cosine, 4),
            )
            for hit in step.hits
        ],
        decision=schemas.TraceDecision(
            probability=round(step.decision.probability, 4),
            threshold=round(step.decision.threshold, 4),
            passed=step.decision.passed,
            doubtful=step.decision.doubtful,
            features={k: round(v, 4) for k, v in asdict(features).items()} if features else {},
        ),
    )


def _check(rejection: Rejection | None) -> str | None:
    return rejection.check if rejection else None


def _reason(rejection: Rejection | None) -> str | None:
    return rejection.reason if rejection else None


def _sentence(draft: DraftSentence) -> schemas.TraceSentence:
    opinion = draft.verdict.opinion
    return schemas.TraceSentence(
        text=draft.sentence,
        cited=[item.number for item in draft.cited],
        probability=round(opinion.probability, 4) if opinion else None,
        threshold=round(opinion.threshold, 4) if opinion else None,
        for_it=_rounded(opinion.for_it) if opinion else {},
        against_it=_rounded(opinion.against_it) if opinion else {},
        check=_check(draft.rejection),
        reason=_reason(draft.rejection),
    )


def _rounded(told: Sequence[tuple[str, float]]) -> dict[str, float]:
    return {signal: round(part, 3) for signal, part in told}
