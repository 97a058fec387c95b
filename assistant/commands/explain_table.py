"""What ``trilogue ask --explain`` prints: the way of a question, step by step."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from assistant.api.schemas.trace_schemas import Trace, TraceSearch, TraceSentence
from assistant.commands.terminal import out

_ORIGINS = {
    "asked": "as it was asked",
    "carried": "with the question before it",
}


def print_trace(trace: Trace) -> None:
    """Print every decision that led to a reply."""
    out.print(f"\n[bold]Language[/]  {trace.language}", end="")
    out.print("" if trace.language_supported else "  (the question is in another language)")
    for number, search in enumerate(trace.searches, start=1):
        _print_search(number, search)
    _print_evidence(trace)
    _print_sentences(trace)
    tokens = trace.tokens
    out.print(
        f"\n[bold]Tokens[/]  {tokens.prompt} read, {tokens.cached_prompt} of them from the "
        f"prompt cache; {tokens.completion} written; {tokens.answers_from_cache} answers from the "
        f"answer cache; {tokens.waited_ms:.0f} ms of waiting for a slot"
    )
    ended = ", ".join(f"{step} {ms:.0f}" for step, ms in trace.ended_ms.items())
    out.print(f"[bold]Ended after (ms)[/]  {escape(ended)}")


def _print_search(number: int, search: TraceSearch) -> None:
    out.print(f"\n[bold]Search {number}[/]  {_ORIGINS[search.origin]}: {escape(search.question)}")
    decision = search.decision
    verdict = "[green]answerable[/]" if decision.passed else "[red]not answerable[/]"
    if decision.passed and decision.doubtful:
        verdict += ", doubtful"
    features = ", ".join(f"{name} {value:.2f}" for name, value in decision.features.items())
    out.print(
        f"  {verdict}: probability {decision.probability:.3f}, threshold {decision.threshold:.3f}"
        f" ({escape(features)})"
    )
    table = Table("passage", "language", "score", "cosine", box=None, padding=(0, 2))
    for hit in search.hits:
        place = escape(f"{hit.title} · {hit.locator}")
        table.add_row(place, hit.language, f"{hit.score:.3f}", f"{hit.cosine:.3f}")
    out.print(table)


def _print_evidence(trace: Trace) -> None:
    if not trace.evidence:
        return
    out.print("\n[bold]Evidence[/]")
    for item in trace.evidence:
        place = f"[{item.number}] {item.title} · {item.locator}"
        out.print(
            f"  {place} ({item.language}), characters {item.start}–{item.end}, "
            f"score {item.score:.3f}",
            markup=False,
        )


def _print_sentences(trace: Trace) -> None:
    if trace.sentences:
        out.print("\n[bold]Generated sentences[/]")
    for sentence in trace.sentences:
        cited = ", ".join(map(str, sentence.cited))
        out.print(f"  cited {cited}: " if cited else "  ", end="")
        _print_judged(sentence.text, sentence.check, sentence.reason)
        if sentence.probability is not None:
            _print_reasons(sentence)
    if trace.translations:
        out.print("\n[bold]Translations[/]")
    for translation in trace.translations:
        out.print(f"  of quote {translation.number}: ", end="")
        _print_judged(translation.text, translation.check, translation.reason)


def _print_judged(text: str, check: str | None, reason: str | None) -> None:
    verdict = f"[red]{check}[/]: {escape(reason or '')}" if check else "[green]shown[/]"
    out.print(f"{verdict}\n      {escape(text)}")


def _print_reasons(sentence: TraceSentence) -> None:
    def told(reasons: dict[str, float]) -> str:
        return ", ".join(f"{name} {part:+.2f}" for name, part in reasons.items()) or "nothing"

    out.print(
        f"      right with a probability of {sentence.probability:.2f} (shown from "
        f"{sentence.threshold:.2f}); for it: {told(sentence.for_it)}; against it: "
        f"{told(sentence.against_it)}"
    )
