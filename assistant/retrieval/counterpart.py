"""Where another edition of a text says what a quote of it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.index.passage import Passage, PassageNode
from assistant.language import Span


def counterpart(
    quoted: PassageNode, start: int, end: int, edition: Sequence[PassageNode]
) -> tuple[Passage, Span] | None:
    """The run of sentences of an edition that is nearest to those of a quote, by their vectors
    in the index.

    Args:
        quoted: The passage that is quoted, with its vectors.
        start, end: Where the quote stands in its text, in characters.
        edition: The passages to look in, with theirs.

    Returns:
        The passage and where the run stands in it, of as many sentences as the quote has or all
        that there are; None where no sentence is quoted or there is none to find.
    """
    passage = quoted.to_passage()
    inside = [
        i for i, span in enumerate(passage.sentences) if span.start < end and start < span.end
    ]
    if quoted.sentence_vectors is None or not inside:
        return None
    wanted = quoted.sentence_vectors[inside].mean(axis=0)
    found: list[tuple[float, Passage, Span]] = []
    for node in edition:
        other, vectors = node.to_passage(), node.sentence_vectors
        if vectors is None or not other.sentences:
            continue
        length = min(len(inside), len(other.sentences))
        runs = np.convolve(vectors @ wanted, np.ones(length) / length, mode="valid")
        first = int(runs.argmax())
        place = Span(other.sentences[first].start, other.sentences[first + length - 1].end)
        found.append((float(runs[first]), other, place))
    if not found:
        return None
    _, other, place = max(found, key=lambda run: run[0])
    return other, place
