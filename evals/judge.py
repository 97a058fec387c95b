"""An optional judge: a language model that reads replies. Off unless a model is named.

Any OpenAI-compatible model will do. It is asked for faithfulness and answer relevance (after Es et
al. 2023, RAGAS, in one request a reply), and how far it agrees with the judge-free measures is
reported beside its marks, for a judge is wrong too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np
from openai import AsyncOpenAI, OpenAIError
from pydantic import BaseModel, Field, ValidationError
from scipy.stats import spearmanr

from assistant.api.schemas.chat_schemas import ChatResponse
from evals.records import Asked
from evals.scores import SERVICE, Scores
from evals.text import without_marks

TEMPLATE = Path(__file__).parent / "templates" / "judge.jinja"
#: Which judge-free measure each mark should go along with.
_COUNTERPARTS = {
    "faithfulness": ("numbers_supported", "citation_recall"),
    "relevance": ("answered_right",),
}


class Marks(BaseModel):
    """What the judge says of one reply, each from 0 to 1."""

    faithfulness: float = Field(ge=0, le=1)
    relevance: float = Field(ge=0, le=1)


@dataclass(frozen=True)
class Agreement:
    """How far the judge goes along with a measure.

    Attributes:
        mark, metric: What is compared.
        mean: The judge's mean mark.
        correlation: Spearman's, from -1 to 1; None where one of the two never changes.
        agreement: Share of replies where both are above a half, or both are not.
        count: Replies that have both.
    """

    mark: str
    metric: str
    mean: float
    correlation: float | None
    agreement: float
    count: int


class ModelJudge:
    """Asks a model.

    Args:
        client: Of an OpenAI-compatible server.
        model: Name of the model there.
        concurrency: Requests at a time.
    """

    def __init__(self, client: AsyncOpenAI, model: str, concurrency: int = 2) -> None:
        self._client = client
        self._model = model
        self._places = asyncio.Semaphore(concurrency)
        self._prompt = jinja2.Template(
            TEMPLATE.read_text("utf-8"),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
        )

    async def marks(self, asked: Sequence[Asked]) -> dict[tuple[str, str], Marks]:
        """Marks by suite and case of the generated answers; without what the judge garbled."""
        answered = [
            (item, item.chat) for item in asked if item.chat and item.chat.outcome == "answered"
        ]
        found = await asyncio.gather(*(self._mark(i.case.question, r) for i, r in answered))
        return {
            (item.case.suite, item.case.id): marks
            for (item, _), marks in zip(answered, found, strict=True)
            if marks is not None
        }

    async def _mark(self, question: str, reply: ChatResponse) -> Marks | None:
        prompt = self._prompt.render(
            question=question,
            answer=without_marks(reply.answer),
            quotes=[citation.quote for citation in reply.citations],
        )
        async with self._places:
            try:
                found = await self._client.chat.completions.create(
                    model=self._model,
                    temperature=0,
                    messages=[{"role": "user", "content": prompt}],
                )
            except OpenAIError:
                return None
        text = found.choices[0].message.content or ""
        try:
            return Marks.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
        except ValidationError:
            return None


def agreement(scores: Scores, marks: dict[tuple[str, str], Marks]) -> list[Agreement]:
    """The judge's mean marks, and how they go along with the judge-free measures."""
    rows = {(r.suite, r.case): r.values for r in scores.rows if r.system == SERVICE}
    found = []
    for mark, metrics in _COUNTERPARTS.items():
        for metric in metrics:
            pairs = [
                (getattr(given, mark), rows[key][metric])
                for key, given in marks.items()
                if metric in rows.get(key, {})
            ]
            if pairs:
                found.append(_agreement(mark, metric, np.array(pairs)))
    return found


def _agreement(
    mark: str, metric: str, pairs: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> Agreement:
    judged, measured = pairs.T
    varies = np.ptp(judged) > 0 and np.ptp(measured) > 0
    return Agreement(
        mark=mark,
        metric=metric,
        mean=float(judged.mean()),
        correlation=float(spearmanr(judged, measured).statistic) if varies else None,
        agreement=float(np.mean((judged > 0.5) == (measured > 0.5))),
        count=len(pairs),
    )
