"""Whether a translation says what its source says."""

from __future__ import annotations

from assistant.answering.claim import Rejection
from assistant.answering.verdict.readings import (
    added_bounds,
    other_bounds,
    other_scales,
    other_units,
    unknown_names,
)
from assistant.answering.verdict.refusals import GeneratedText, refusal_of
from assistant.language import Language, split_sentences, unsupported_quantities


def unfaithful(
    translation: str, source: str, language: Language, known: str, nearness: float, least: float
) -> Rejection | None:
    """Why a translation must not be shown, or None.

    Args:
        translation: All of it.
        source: What was translated.
        language: The language it should be in.
        known: What else it may have names from: the source's heading and place.
        nearness: Cosine of both.
        least: The least cosine of a translation.
    """
    spans = split_sentences(translation)
    if not spans:
        return Rejection("translation", "it is empty")
    for start, end in spans:
        text = GeneratedText(translation[start:end], language, [source, known])
        if rejection := refusal_of(text):
            return rejection
    if left_out := unsupported_quantities(source, [translation]):
        numbers = ", ".join(source[q.span.start : q.span.end] for q in left_out)
        return Rejection("translation", f"it leaves out {numbers}")
    if names := unknown_names(language, translation, f"{source}\n{known}"):
        return Rejection("translation", f"the source does not name {', '.join(names)}")
    for what, count in (
        ("units", other_units(translation, source)),
        ("bounds", other_bounds(translation, source) + added_bounds(translation, source)),
        ("scales", other_scales(translation, source)),
    ):
        if count:
            return Rejection("translation", f"it changes {what} of numbers")
    if nearness < least:
        return Rejection("translation", f"its nearness to the source is only {nearness:.2f}")
    return None
