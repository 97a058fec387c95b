"""What the generator itself holds of its answer.

A model that is asked whether an answer is right knows more often than the answer tells: the
probability of its "yes" ("P(True)", Kadavath et al. 2022, "Language Models (Mostly) Know What
They Know", arXiv:2207.05221) ranks right answers before wrong ones. Which probability is enough
differs from model to model and from language to language, so the thresholds are fitted for one
generator, and only for languages in which they do more good than harm. Answers of others are not
asked about, nor where the server does not tell probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Protocol, Self

from llama_index.core.llms import ChatMessage

from assistant.answering.checks import Rejection
from assistant.language import Language
from assistant.models.fitted import read_fitted
from assistant.models.generator import CutOffError, Exchange, Generator

_YES = "Yes"
_GRAMMAR = f'root ::= "{_YES}" | "No"\n'
_TOKENS = 4


class Verifier(Protocol):
    """Says what speaks against a whole answer, each sentence of which has passed the checks."""

    async def rejection_of(
        self, exchange: Exchange, messages: Sequence[ChatMessage]
    ) -> Rejection | None:
        """Why the answer must not be shown, or None.

        Args:
            exchange: The one that the answer came from.
            messages: What asks whether it is right.

        Raises:
            UnavailableError: The generator fails.
        """


class SelfVerifier:
    """Asks the generator whether its answer is right.

    Args:
        least: The least probability of a "yes".
    """

    hint = "relevance"

    def __init__(self, least: float) -> None:
        self._least = least

    @classmethod
    def fitted(cls, generator: Generator) -> Mapping[Language, Self]:
        """By the language of the answer, the verifiers as ``tools/fit_verification.py`` fitted
        them; none for another generator, or for one that does not tell probabilities."""
        stored = read_fitted(__package__, "verification")
        if generator.model != stored["generator"] or not generator.tells_probabilities:
            return {}
        return {language: cls(least) for language, least in stored["thresholds"].items()}

    async def rejection_of(
        self, exchange: Exchange, messages: Sequence[ChatMessage]
    ) -> Rejection | None:
        """See `Verifier`."""
        yes = await probability_of_yes(exchange, messages)
        if yes >= self._least:
            return None
        reason = f"asked whether it is right, the generator says yes with {yes:.2f} only"
        return Rejection(type(self).__name__, self.hint, reason)


async def probability_of_yes(exchange: Exchange, messages: Sequence[ChatMessage]) -> float:
    """How probable a generator finds a "yes" where it may say only yes or no, from 0 to 1.

    Raises:
        UnavailableError: The generator fails.
    """
    said, logprob = "", 0.0
    try:
        async with aclosing(exchange.stream(messages, _TOKENS, grammar=_GRAMMAR)) as pieces:
            async for piece in pieces:
                said += piece
                logprob += piece.logprob
    except CutOffError:
        pass
    probability = math.exp(logprob)
    return probability if said == _YES else 1.0 - probability
