"""What would change in a document: its passages before and after, by their places."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from assistant.index.passage import Passage
from assistant.ingestion.report import PassageChange


def differences(before: Sequence[Passage], after: Sequence[Passage]) -> list[PassageChange]:
    """Passages that are new, gone or worded differently, in the order of the document.

    Passages belong together when their locators are the same; of several with one locator, in
    their order.
    """
    old: dict[str, deque[Passage]] = defaultdict(deque)
    for passage in before:
        old[passage.locator].append(passage)
    changes = []
    for passage in after:
        known = old[passage.locator].popleft() if old[passage.locator] else None
        if known is None or known.text != passage.text:
            changes.append(
                PassageChange(passage.locator, known.text if known else None, passage.text)
            )
    gone = [passage for rest in old.values() for passage in rest]
    return changes + [PassageChange(passage.locator, passage.text, None) for passage in gone]
