"""``trilogue calibrate``: what a fit is worth, as tables."""

from __future__ import annotations

from rich.table import Table

from assistant.commands.terminal import out
from assistant.fitting.calibrate_generator import GeneratorFigures
from assistant.fitting.figures import Figures, GateFigures, VerdictFigures


def print_figures(figures: Figures) -> None:
    """Print all of it."""
    out.print(
        f"Fitted on {figures.answers} answers on {figures.facts} facts; measured "
        f"{figures.measured}."
    )
    if figures.gate:
        _print_gate(figures.gate)
    _print_verdict(figures.verdict)
    cosines = _table("Cosines", "value", "pairs", "told right")
    for name, cosine in figures.cosines.items():
        cosines.add_row(
            name, f"{cosine.value:.3f}", str(cosine.pairs or "as before"), _percent(cosine.accuracy)
        )
    out.print(cosines)
    for remark in figures.remarks:
        out.print(remark, markup=False, style="yellow")


def print_generator_figures(figures: GeneratorFigures) -> None:
    """Print what a fit to a generator is worth."""
    out.print(
        f"Fitted on {figures.sentences} sentences on {figures.facts} facts; measured "
        f"{figures.measured}."
    )
    before, now = figures.before, figures.now
    table = _table(
        f"Verdict, threshold {now.threshold:.3f}, AUC {now.auc:.3f} (any generator "
        f"{before.auc:.3f})", "sentences", "shown", "as for any generator",
    )  # fmt: skip
    for part, plain in zip(now.shown, before.shown, strict=True):
        label = "right" if part.right else "wrong"
        table.add_row(
            f"{label}: {part.kind}", str(part.answers), _percent(part.share), _percent(plain.share)
        )
    out.print(table)


def _print_gate(gate: GateFigures) -> None:
    table = _table(
        f"Gate, threshold {gate.threshold:.3f}", "questions", "AUC", "false refusals",
        "false answers",
    )  # fmt: skip
    for rates in gate.rates:
        auc = "–" if rates.auc is None else f"{rates.auc:.3f}"
        table.add_row(
            f"{rates.source}, {rates.language}", str(rates.questions), auc,
            _percent(rates.false_refusals), _percent(rates.false_answers),
        )  # fmt: skip
    out.print(table)


def _print_verdict(verdict: VerdictFigures) -> None:
    title = f"Verdict, threshold {verdict.threshold:.3f}, AUC {verdict.auc:.3f}"
    table = _table(title, "answers", "shown")
    for part in verdict.shown:
        label = "right" if part.right else "wrong"
        table.add_row(f"{label}: {part.kind}", str(part.answers), _percent(part.share))
    out.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
