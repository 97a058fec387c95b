"""How much a sentence of a passage bears on a question."""

from __future__ import annotations

import numpy as np

from assistant.models.embedder import Vectors

#: What the question's tokens count for; the rest is the passage's. Fitted on questions on law
#: and on XQuAD, one half of each.
TOKEN_SHARE = 0.67


def relevance(sentences: Vectors, tokens: Vectors, passages: Vectors | float) -> Vectors:
    """How much each sentence bears on a question.

    Late interaction: the mean cosine of the question's tokens with the sentence, and the cosine
    of its passage, which knows what the sentence is about. Of the sentences found for questions
    on law, the one that has the answer comes first for 67 % by the vectors of the index, and for
    75 % where each sentence is embedded by itself, so that only its own words count; by its
    cosine with the question and its passage's, for 58 %.

    Args:
        sentences: Unit vectors, of shape ``(n, d)``.
        tokens: Unit vectors of the question's tokens, of shape ``(m, d)``; at least one.
        passages: Cosine of the question with the passage of each sentence, of shape ``(n,)``, or
            with the passage of them all.

    Returns:
        Values from -1 to 1, of shape ``(n,)``.
    """
    near = (sentences @ tokens.T).mean(axis=1)
    return np.asarray(TOKEN_SHARE * near + (1 - TOKEN_SHARE) * passages, dtype=np.float32)


def lags(sentences: Vectors, tokens: Vectors, passages: Vectors) -> Vectors:
    """By how much less each sentence bears on a question than the best of them, of shape
    ``(n,)``; see `relevance`. At least one sentence."""
    values = relevance(sentences, tokens, passages)
    return np.asarray(values.max() - values)
