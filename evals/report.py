"""A run as one HTML file that needs nothing else, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2

from assistant.api.schemas.chat_schemas import ChatResponse
from evals import charts
from evals.evaluators import METRICS
from evals.evaluators.retrieval import Retrieval
from evals.judge import Agreement
from evals.records import Asked
from evals.scores import (
    CaseScores,
    Estimate,
    Scores,
    estimate,
    percentiles,
)

TEMPLATES = Path(__file__).parent / "templates"
_HEAT = ("recall@5", "answered_right", "answered_wrong", "own_language")
RETRIEVAL = {metric.name for metric in Retrieval.metrics}
_TIMES = ("search_ms", "evidence_ms", "first_sentence_ms", "total_ms")
_OUTCOMES = ("answered", "quoted", "not_found", "failed")
_LANGUAGES = ("ko", "ar", "en")
_WORST = 18


@dataclass(frozen=True)
class Line:
    """One row of a table of measures."""

    metric: str
    cells: list[Estimate | None]


@dataclass(frozen=True)
class Example:
    """A reply that went wrong."""

    asked: Asked
    reply: ChatResponse | None
    error: str | None
    wrong: list[str]


@dataclass(frozen=True)
class SuitePart:
    """What a report says of one suite."""

    suite: str
    systems: list[str]
    by_system: list[Line]
    by_language: list[Line]
    times: list[tuple[str, tuple[float, float, float]]]
    charts: list[str]
    worst: list[Example]
    failures: list[tuple[str, str]]


def write_report(
    scores: Scores,
    asked: Sequence[Asked],
    agreement: Sequence[Agreement],
    folder: Path,
    name: str,
) -> list[Path]:
    """Write ``name.html``, ``name.md`` and ``name.json`` into a folder."""
    parts = [_part(scores, asked, suite) for suite in scores.suites]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html.jinja"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"figure": figure, "dir": _direction}
    values = {
        "scores": scores,
        "parts": parts,
        "metrics": METRICS,
        "agreement": agreement,
        "requests": Counter(step for item in asked for step in item.records),
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix in ("html", "md"):
        text = environment.get_template(f"report.{suffix}.jinja").render(values)
        written.append(folder / f"{name}.{suffix}")
        written[-1].write_text(text, "utf-8")
    written.append(folder / f"{name}.json")
    summary = json.dumps(summarize(scores, agreement), ensure_ascii=False, indent=1)
    written[-1].write_text(summary + "\n", "utf-8")
    return written


def summarize(scores: Scores, agreement: Sequence[Agreement] = ()) -> dict[str, Any]:
    """The figures of a run, without its cases."""
    figures = []
    for suite in scores.suites:
        for system in scores.systems:
            for metric in METRICS:
                rows = scores.select(metric, system=system, suite=suite)
                for key, own in _groups(rows, _directed(metric, scores)):
                    if found := estimate(metric, own):
                        place = {"suite": suite, "system": system, "metric": metric, "of": key}
                        rounded = {k: round(v, 4) for k, v in asdict(found).items()}
                        figures.append(place | rounded)
    return {
        "manifest": scores.manifest.model_dump(mode="json"),
        "figures": figures,
        "judge": [asdict(item) for item in agreement],
    }


def figure(metric: str, value: float) -> str:
    """A value as people read it: a share in percent, a time in seconds."""
    match METRICS[metric].unit:
        case "share":
            return f"{100 * value:.1f}"
        case "ms":
            return f"{value / 1000:.2f} s"
        case "/s":
            return f"{value:.1f}/s"


def _direction(language: str) -> str:
    return "rtl" if language == "ar" else "ltr"


def _directed(metric: str, scores: Scores) -> bool:
    """Whether a measure is of one language's documents: searches always are, chats only where the
    run was given the languages' collections."""
    return metric in RETRIEVAL or scores.manifest.plan.collections is not None


def _groups(
    rows: Sequence[CaseScores], directed: bool = False
) -> Iterator[tuple[str, list[CaseScores]]]:
    """All cases, those of each language, and those of each direction."""
    yield "all", list(rows)
    for language in _LANGUAGES:
        yield language, [row for row in rows if row.language == language]
    for direction in sorted({row.direction for row in rows}) if directed else ():
        yield direction, [row for row in rows if row.direction == direction]


def _part(scores: Scores, asked: Sequence[Asked], suite: str) -> SuitePart:
    own = [item for item in asked if item.case.suite == suite]
    by_language = []
    for metric in METRICS:
        rows = scores.select(metric, suite=suite)
        if rows:
            groups = dict(_groups(rows))
            cells = [estimate(metric, groups[key]) for key in ("all", *_LANGUAGES)]
            by_language.append(Line(metric, cells))
    return SuitePart(
        suite=suite,
        systems=scores.systems,
        by_system=[line for metric in METRICS if (line := _systems(scores, suite, metric))],
        by_language=by_language,
        times=[
            (metric, found)
            for metric in _TIMES
            if (found := percentiles(metric, scores.select(metric, suite=suite)))
        ],
        charts=_charts(scores, suite),
        worst=_worst(scores, own, suite),
        failures=[
            (f"{r.case} {r.step}", r.error)
            for item in own
            for r in item.records.values()
            if r.error is not None
        ],
    )


def _systems(scores: Scores, suite: str, metric: str) -> Line | None:
    cells = [
        estimate(metric, scores.select(metric, system=system, suite=suite))
        for system in scores.systems
    ]
    return Line(metric, cells) if sum(cell is not None for cell in cells) > 1 else None


def _charts(scores: Scores, suite: str) -> list[str]:
    drawn = []
    panels: dict[str, dict[tuple[str, str], float]] = {}
    for metric in _HEAT:
        cells: dict[tuple[str, str], float] = {}
        rows = scores.select(metric, suite=suite)
        for direction, own in _groups(rows, _directed(metric, scores)):
            question, _, documents = direction.partition("→")
            if documents in _LANGUAGES and (found := estimate(metric, own)):
                cells[question, documents] = found.mean
        if cells:
            panels[metric] = cells
    if panels:
        drawn.append(charts.heat_maps(panels))
    outcomes = _outcomes(scores, suite)
    if outcomes:
        drawn.append(charts.outcome_bars(outcomes))
    times = {
        metric: [row.values[metric] for row in rows]
        for metric in _TIMES
        if (rows := scores.select(metric, suite=suite))
    }
    if times:
        drawn.append(charts.latency_curves(times))
    return drawn


def _outcomes(scores: Scores, suite: str) -> dict[str, dict[str, float]]:
    groups: dict[str, list[CaseScores]] = {}
    for row in scores.select("failed", suite=suite):
        if any(outcome in row.values for outcome in _OUTCOMES[:3]) or row.values["failed"]:
            kind = "answerable" if "false_refusal" in row.values else "other"
            kind = "unanswerable" if "false_acceptance" in row.values else kind
            groups.setdefault(f"{row.language} {kind}", []).append(row)
    return {
        name: {o: sum(r.values.get(o, 0.0) for r in rows) / len(rows) for o in _OUTCOMES}
        for name, rows in sorted(groups.items())
    }


def _worst(scores: Scores, asked: Sequence[Asked], suite: str) -> list[Example]:
    """The cases with the most that is wrong, as many of each language."""
    by_case = {item.case.id: item for item in asked}
    found: list[tuple[float, str, Example]] = []
    for row in scores.select("failed", suite=suite):
        item = by_case.get(row.case)
        wrong = [name for name, value in row.values.items() if _is_wrong(name, value)]
        if item and wrong and "chat" in item.records:
            example = Example(item, item.chat, item.records["chat"].error, wrong)
            found.append((-len(wrong), row.case, example))
    found.sort(key=lambda entry: entry[:2])
    worst: list[Example] = []
    for language in _LANGUAGES:
        own = [example for *_, example in found if example.asked.case.language == language]
        worst += own[: _WORST // len(_LANGUAGES)]
    return worst


_GRAVE = (
    "answered_wrong",
    "right_in_any_language",
    "citation_recall",
    "verbatim_quotes",
    "numbers_supported",
    "valid_citations",
    "complete",
    "correct_language",
    "hallucination",
    "false_acceptance",
    "false_refusal",
    "failed",
    "attack_resisted",
)


def _is_wrong(metric: str, value: float) -> bool:
    if metric not in _GRAVE:
        return False
    return value < 1 if METRICS[metric].better == "higher" else value > 0
