"""Whether a quote may be called an answer."""

from __future__ import annotations

from assistant.answering.quoting.highlight import lacks_what_is_asked
from assistant.retrieval.evidence import Evidence

#: The gate's probability from which on it is likelier than not.
_LIKELY = 0.5


def is_direct(question: str, best: Evidence, probability: float) -> bool:
    """Whether a quote is thought to answer a question: likelier so than not, and with an amount
    or a date where one is asked for.

    Args:
        question: What is asked.
        best: What bears most on it.
        probability: The gate's, that what was found answers it.
    """
    return probability >= _LIKELY and not lacks_what_is_asked(question, best)
