"""Evaluators: each looks at one side of a reply and gives one number or a few, without a judge.

An evaluator leaves out the measures that do not apply to a case. A request that failed counts as
a wrong reply where it should have had a right one.
"""

from __future__ import annotations

from evals.evaluators.answers import AliasMatch, CharacterRecall, Completeness, WordF1
from evals.evaluators.attacks import AttackResistance
from evals.evaluators.base import Context, Evaluator, Metric
from evals.evaluators.citations import (
    CitationPlaces,
    NumbersSupported,
    ValidCitations,
    VerbatimQuotes,
)
from evals.evaluators.languages import CorrectLanguage
from evals.evaluators.latency import Latency
from evals.evaluators.outcomes import Abstention, Answers, Outcomes, RightInAnyLanguage
from evals.evaluators.retrieval import PoolBias, Retrieval

EVALUATORS: tuple[Evaluator, ...] = (
    Answers(),
    RightInAnyLanguage(),
    Retrieval(),
    PoolBias(),
    AliasMatch(),
    CharacterRecall(),
    WordF1(),
    Completeness(),
    CorrectLanguage(),
    CitationPlaces(),
    VerbatimQuotes(),
    NumbersSupported(),
    ValidCitations(),
    Abstention(),
    Outcomes(),
    AttackResistance(),
    Latency(),
)

METRICS: dict[str, Metric] = {m.name: m for e in EVALUATORS for m in e.metrics}

__all__ = ["EVALUATORS", "METRICS", "Context", "Evaluator", "Metric"]
