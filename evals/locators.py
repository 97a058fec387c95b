"""Whether two locators name the same place: 제6조 and 제6조제2항, المادة ٦ and المادة 6."""

from __future__ import annotations

import regex

from evals.dataset import Gold
from evals.text import ascii_digits, normalized

#: What may follow an article in a longer locator of the same article. 제6조의2 is another one.
_DEEPER = regex.compile(r"^(?:제?\d+[항호목]|[(\[:،,]|\s|$)")


def is_within(found: str, wanted: str) -> bool:
    """Whether a locator names a wanted place or a part of it."""
    steps = [step.strip() for step in regex.split(r"\s*[>›»/|]\s*", ascii_digits(found))]
    return any(_begins(step, wanted) for step in (*steps, ascii_digits(found)))


def _begins(found: str, wanted: str) -> bool:
    if normalized(found) == normalized(wanted):
        return True
    plain = ascii_digits(wanted).strip()
    if not found.startswith(plain) or not (plain[-1:].isdigit() or "조" in plain):
        return False
    return _DEEPER.match(found[len(plain) :]) is not None


def matches(gold: Gold, source: str, locator: str) -> bool:
    """Whether a passage, named by its file and its locator, is where the gold says."""
    if source != gold.source:
        return False
    return not gold.locators or any(is_within(locator, place) for place in gold.locators)
