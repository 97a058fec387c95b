"""The whole fit: cosines, then the gate, then the verdict, each read with those before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from assistant.calibration import Calibration
from assistant.calibration.calibration import FittedGate, FittedVerdict
from assistant.errors import InvalidInputError
from assistant.fitting.cache import Cache
from assistant.fitting.cosine_fit import (
    FittedCosine,
    cosines_of,
    fit_edition,
    fit_spread,
    fit_title,
    fit_translation,
)
from assistant.fitting.figures import (
    Figures,
    GateFigures,
    VerdictFigures,
    gate_figures,
    verdict_figures,
)
from assistant.fitting.gate_fit import fit_gate, probabilities
from assistant.fitting.gate_rows import GateRow, pool_rows, suite_rows
from assistant.fitting.labelled_answer import FOLDS, half_of
from assistant.fitting.pools import Pool
from assistant.fitting.suite_answers import suite_answers
from assistant.fitting.verdict_fit import OF_VECTORS, fit_verdict, scores_of, usable
from assistant.fitting.verdict_rows import SignalReader, VerdictRow
from assistant.fitting.written_answers import WrittenAnswers
from assistant.index.passage import Passage
from assistant.index.store import PassageStore
from assistant.models.cross_encoder import CrossEncoder
from assistant.models.embedder import Embedder
from assistant.models.reranker import Reranker
from assistant.retrieval.cosines import CAREFUL, Cosines
from evals.dataset import Fact, Suite

#: Answerable facts whose documents are in the index, without which nothing can be fitted.
LEAST_FACTS = 20

#: Told what is done, how much of it, and how much there is.
OnStep = Callable[[str, int, int], None]
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Examples:
    """What is fitted to.

    Attributes:
        suites: Questions on the documents of the index.
        written: Answers that people have written, by fact.
        pools: Further questions for the gate, with passages of their own.
        crossed: Joint signals of answers that the cross-encoder was trained on; see `SignalReader`.
    """

    suites: Sequence[Suite]
    written: Mapping[str, WrittenAnswers] = field(default_factory=dict)
    pools: Sequence[Pool] = ()
    crossed: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """How it is fitted.

    Attributes:
        price: A wrong sentence that is shown costs as much as so many right ones that are only
            quoted.
        false_refusals: Share of the suites' answerable questions that the gate may refuse.
        hold_out: Fit on one half of the facts, and measure on the other.
        any_embedder: Fit what holds for every embedder: no gate, no signal of vectors.
    """

    price: float = 3.0
    false_refusals: float = 0.05
    hold_out: bool = False
    any_embedder: bool = False


@dataclass(frozen=True)
class Models:
    """What reads.

    Attributes:
        store: Where the documents are.
        embedder: What their vectors are from.
        cross_encoder: What reads answers with their evidence; None for none.
        known: What was fitted before, which holds for what cannot be fitted now.
        reranker: What ranks passages a second time; None for no second ranking.
    """

    store: PassageStore
    embedder: Embedder
    cross_encoder: CrossEncoder | None
    known: Calibration
    reranker: Reranker | None = None


def calibrate(
    models: Models, examples: Examples, options: Options, cache: Cache, watch: OnStep
) -> tuple[Calibration, Figures]:
    """Fit all that is fitted to a pair of models.

    Args:
        models: What reads, over the documents that the suites ask about.
        examples: What is fitted to.
        options: How.
        cache: Keeps what was read.
        watch: Is told how far it is.

    Returns:
        The calibration, and what it is worth.

    Raises:
        InvalidInputError: There is too little to fit on; the message says what is missing.
    """
    passages = [node.to_passage() for node in models.store.select({})]
    suites, remarks = on_documents(examples.suites, passages)
    cosines = _cosines(models, passages, watch)
    rows = _gate_rows(models, suites, examples.pools, cosines_of(cosines), cache, watch)
    own = {suite.name for suite in suites}
    spreads = [row.spread for row in rows if row.source in own]
    cosines["spread"] = fit_spread(spreads, models.known.cosines.spread)
    watch("fitting", 0, 1)
    gate, gate_worth, remark = _gate(rows, own, models.known, options)
    facts = [fact for suite in suites for fact in suite.facts]
    answers = suite_answers(facts, examples.written, passages)
    reader = SignalReader(
        models.store, models.embedder, gate, cosines_of(cosines), models.cross_encoder,
        examples.crossed, models.reranker,
    )  # fmt: skip
    read = _watched("answers", reader.rows(answers, cache), len(answers), watch)
    watch("fitting", 0, 1)
    verdict, verdict_worth, fitted_on = _verdict(read, options)
    watch("fitting", 1, 1)
    count = len({row.answer.fact for row in fitted_on})
    data = ", ".join(suite.name for suite in suites)
    half = "half 0 of " if options.hold_out else ""
    calibration = Calibration(
        embedder="*" if options.any_embedder else models.embedder.model_name,
        generator="*",
        fitted_on=f"{len(fitted_on)} answers on {count} facts, {half}{data}",
        gate=None if options.any_embedder else gate,
        verdict=verdict,
        cosines=CAREFUL if options.any_embedder else cosines_of(cosines),
    )
    measured = "on the other half of the facts" if options.hold_out else "cross-validated by fact"
    told = (*remarks, *([remark] if remark else []), *_kept(cosines))
    figures = Figures(measured, count, len(fitted_on), gate_worth, verdict_worth, cosines, told)
    return calibration, figures


def on_documents(
    suites: Sequence[Suite], passages: Sequence[Passage]
) -> tuple[list[Suite], list[str]]:
    """The facts that can be asked of these documents, and a remark on those left out.

    Raises:
        InvalidInputError: There are too few, or one is in two suites.
    """
    sources = {passage.source for passage in passages}
    known: dict[str, str] = {}
    for suite in suites:
        for fact in suite.facts:
            if fact.id in known:
                raise InvalidInputError(
                    f"{fact.id} is a fact of {known[fact.id]} and of {suite.name}.",
                    "Give each fact an id of its own.",
                )
            known[fact.id] = suite.name
    kept = [
        replace(suite, facts=tuple(fact for fact in suite.facts if _can_be_asked(fact, sources)))
        for suite in suites
    ]
    usable_facts = [fact for suite in kept for fact in suite.facts if fact.answerable]
    if len(usable_facts) < LEAST_FACTS:
        raise InvalidInputError(
            f"Only {len(usable_facts)} answerable facts of {', '.join(s.name for s in suites)} are "
            f"about documents in the index; {LEAST_FACTS} are needed, and a few hundred are good.",
            "Ingest the documents that the suite asks about, or write a suite about yours; "
            "docs/evaluation.md says how.",
        )
    left_out = len(known) - sum(len(suite.facts) for suite in kept)
    remark = (
        f"{left_out} facts were left out: their documents are not in the index, or they need a "
        "conversation."
    )
    return kept, [remark] if left_out else []


def _can_be_asked(fact: Fact, sources: set[str]) -> bool:
    """Whether it asks a plain question, about documents that are there."""
    if fact.history or fact.expect:
        return False
    places = [gold.document for gold in fact.gold] or fact.near
    return not places or any(Path(place).name in sources for place in places)


def _cosines(models: Models, passages: Sequence[Passage], watch: OnStep) -> dict[str, FittedCosine]:
    """All but the spread, which questions tell: until then that which was known."""
    known: Cosines = models.known.cosines
    fits = {
        "edition": (fit_edition, known.edition),
        "title": (fit_title, known.title),
        "translation": (fit_translation, known.translation),
    }
    fitted = {"spread": FittedCosine(known.spread)}
    for done, (name, (fit, before)) in enumerate(fits.items()):
        watch("editions", done, len(fits))
        fitted[name] = fit(passages, models.embedder, before)
    return fitted


def _gate_rows(
    models: Models,
    suites: Sequence[Suite],
    pools: Sequence[Pool],
    cosines: Cosines,
    cache: Cache,
    watch: OnStep,
) -> list[GateRow]:
    cases = [case for suite in suites for case in suite.cases]
    asked = suite_rows(cases, models.store, models.embedder, cosines, cache, models.reranker)
    rows = _watched("questions", asked, len(cases), watch)
    rows += _watched("pools", pool_rows(pools, models.embedder, cache), len(pools), watch)
    return [row for row in rows if row]


def _gate(
    rows: Sequence[GateRow], decisive: set[str], known: Calibration, options: Options
) -> tuple[FittedGate | None, GateFigures | None, str]:
    """The gate, what it is worth, and a remark where none could be fitted."""
    fitted_on = _half(rows, options)
    groups = {(row.source, row.group) for row in fitted_on if not row.answerable}
    if len(groups) < FOLDS:
        gate = None if known.is_default else known.gate
        holds = (
            f"the gate of {known.file} holds" if gate else "every question is taken for answerable"
        )
        return (
            gate,
            None,
            (
                f"No gate was fitted, because there are only {len(groups)} questions that nothing "
                f"answers, and {FOLDS} are needed at least: {holds}. Add some to the suite "
                '("answerable": false), or name a file with --pools.'
            ),
        )
    fitted = fit_gate(fitted_on, options.false_refusals, decisive)
    threshold = fitted.gate.threshold
    if options.hold_out:
        others = [row for row in rows if half_of(row.group) == 1]
        return fitted.gate, gate_figures(others, probabilities(others, fitted.gate), threshold), ""
    return fitted.gate, gate_figures(fitted_on, fitted.scores, threshold), ""


def _half(rows: Sequence[GateRow], options: Options) -> list[GateRow]:
    return [row for row in rows if not options.hold_out or half_of(row.group) == 0]


def _verdict(
    rows: Sequence[VerdictRow], options: Options
) -> tuple[FittedVerdict, VerdictFigures, list[VerdictRow]]:
    """The verdict, what it is worth, and the rows that it was fitted on."""
    own = [row for row in rows if not options.hold_out or row.answer.half == 0]
    fitted_on = usable(own)
    for right, what in ((True, "right"), (False, "wrong")):
        if len({row.answer.fact for row in fitted_on if row.answer.right == right}) < FOLDS:
            raise InvalidInputError(
                f"There are too few {what} answers to fit on.",
                "Write some for --answers, or bring more facts into the suite.",
            )
    without = OF_VECTORS if options.any_embedder else frozenset[str]()
    fitted = fit_verdict(fitted_on, options.price, without)
    threshold = fitted.verdict.threshold
    if options.hold_out:
        others = [row for row in rows if row.answer.half == 1]
        worth = verdict_figures(others, scores_of(others, fitted.verdict), threshold)
        return fitted.verdict, worth, fitted_on
    scores = dict(zip((row.answer for row in fitted_on), fitted.scores, strict=True))
    shown = np.array([scores.get(row.answer, 0.0) for row in own])
    return fitted.verdict, verdict_figures(own, shown, threshold), fitted_on


def _kept(cosines: Mapping[str, FittedCosine]) -> list[str]:
    names = [name for name, cosine in cosines.items() if not cosine.pairs]
    if not names:
        return []
    return [
        f"Too few pairs to fit {', '.join(names)}: what was known before holds. Editions of a work "
        "in several languages, with the same articles, give pairs."
    ]


def _watched(what: str, items: Iterable[_Item], count: int, watch: OnStep) -> list[_Item]:
    """All items, told one after another."""
    done: list[_Item] = []
    for item in items:
        done.append(item)
        watch(what, len(done), count)
    return done
