"""Scores, differences and gates as tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table

from evals.compare import Difference
from evals.gate import GateFinding
from evals.report import figure
from evals.scores import Estimate, Scores, estimate

_MEASURES = (
    "answered_right",
    "answered_wrong",
    "own_language",
    "right_in_any_language",
    "recall@5",
    "pool_loss@5",
    "alias_match",
    "citation_precision",
    "citation_recall",
    "verbatim_quotes",
    "numbers_supported",
    "valid_citations",
    "correct_language",
    "hallucination",
    "false_acceptance",
    "false_refusal",
    "attack_resisted",
    "failed",
    "search_ms",
    "evidence_ms",
    "total_ms",
)


def print_scores(scores: Scores, out: Console) -> None:
    """The main measures of each suite, beside the baselines."""
    for suite in scores.suites:
        measure = Column("measure", no_wrap=True)
        table = Table(measure, *scores.systems, title=suite, title_justify="left")
        for metric in _MEASURES:
            cells = []
            for system in scores.systems:
                found = estimate(metric, scores.select(metric, system=system, suite=suite))
                cells.append(_cell(metric, found) if found else "–")
            table.add_row(metric, *cells)
        out.print(table)


def _cell(metric: str, found: Estimate) -> str:
    mean, low, high = (figure(metric, value) for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def print_differences(differences: Sequence[Difference], out: Console) -> None:
    """How measures changed."""
    if not differences:
        out.print("No measure differs by more than noise.")
        return
    table = Table("suite", "measure", "language", "before", "after", "change, 95 %", "n", "verdict")
    for d in differences:
        change = f"{d.change:+.3f} ({d.low:+.3f} to {d.high:+.3f})"
        table.add_row(
            d.suite,
            d.metric,
            d.language,
            f"{d.before:.3f}",
            f"{d.after:.3f}",
            change,
            str(d.count),
            d.verdict,
        )
    out.print(table)


def print_findings(findings: Sequence[GateFinding], out: Console) -> None:
    """Which rules of a gate hold."""
    for finding in findings:
        rule = finding.rule
        word = "ok    " if finding.passed else "FAILED"
        place = f"{rule.suite} {rule.metric} {rule.language}"
        out.print(f"{word} {place}: {finding.reason}", markup=False)
