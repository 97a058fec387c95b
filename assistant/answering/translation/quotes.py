"""Machine translations of quotes that are not in the reader's language."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from assistant.answering.claim import Rejection
from assistant.answering.prompting.grammar import grammar
from assistant.answering.prompting.prompt import fenced, render
from assistant.answering.translation.faithful import unfaithful
from assistant.errors import UnavailableError
from assistant.language import Language, estimate_tokens
from assistant.models.embedder import Embedder
from assistant.models.session import CutOffError, GenerationSession, Prompt
from assistant.retrieval.evidence import Evidence

#: A translation may take so many times the tokens of its quote before it is cut off.
_LONGER = 3


@dataclass(frozen=True)
class Translation:
    """A translation of a quote.

    Attributes:
        number: The quote's.
        text: The translation.
        rejection: Why it must not be shown, or None.
    """

    number: int
    text: str
    rejection: Rejection | None


class QuoteTranslator:
    """Translates quotes; a translation that does not say what its quote says is not shown.

    Args:
        embedder: What compares a translation with its quote.
        least_nearness: The least cosine of a quote and its translation.
    """

    def __init__(
        self,
        embedder: Embedder,
        least_nearness: float,
    ) -> None:
        self._embedder = embedder
        self._least_nearness = least_nearness

    async def translate(
        self, evidence: Sequence[Evidence], language: Language, session: GenerationSession
    ) -> list[Translation]:
        """Translations of the quotes that are in another language.

        None for a quote that the generator fails to translate.
        """
        foreign = [item for item in evidence if item.passage.language != language]
        found = await asyncio.gather(
            *(self._translate(item, language, session) for item in foreign)
        )
        return [translation for translation in found if translation]

    async def _translate(
        self, item: Evidence, language: Language, session: GenerationSession
    ) -> Translation | None:
        messages = render("translation", language, {"quote": fenced(item.core_quote)})
        limit = _LONGER * estimate_tokens(item.core_quote) + 16
        rules = grammar(language, [(item.core_quote, item.passage.language)])
        try:
            async with aclosing(session.stream(Prompt(messages, limit, rules))) as pieces:
                text = "".join([piece async for piece in pieces])
        except (CutOffError, UnavailableError):
            return None
        text = " ".join(text.split())
        rejection = await asyncio.to_thread(self._rejection, text, item, language)
        return Translation(item.number, text, rejection)

    def _rejection(self, text: str, item: Evidence, language: Language) -> Rejection | None:
        quote, place = item.core_quote, f"{item.passage.heading_path}\n{item.passage.locator}"
        first, second = self._embedder.embed_sentences([text or quote, quote])
        nearness = float(first @ second)
        return unfaithful(text, quote, language, place, nearness, self._least_nearness)
