"""Machine translations of quotes that are not in the reader's language."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from assistant.answering.checks import Check, Claim, Rejection, first_rejection
from assistant.answering.grammar import grammar
from assistant.answering.prompt import fenced, render
from assistant.answering.support import SupportFinder
from assistant.errors import UnavailableError
from assistant.language import Language, estimate_tokens, split_sentences, unsupported
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.models.generator import CutOffError, Generator
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
    """Translates quotes, and checks each sentence of a translation like one of an answer.

    Args:
        generator: What translates.
        embedder: What compares a translation with its quote.
        checks: What each sentence must pass.
    """

    def __init__(
        self,
        generator: Generator,
        embedder: SentenceTransformerEmbedder,
        checks: Sequence[Check],
    ) -> None:
        self._generator = generator
        self._embedder = embedder
        self._checks = checks

    async def translate(
        self, evidence: Sequence[Evidence], language: Language
    ) -> list[Translation]:
        """Translations of the quotes that are in another language.

        None for a quote that the generator fails to translate.
        """
        foreign = [item for item in evidence if item.passage.language != language]
        found = await asyncio.gather(*(self._translate(item, language) for item in foreign))
        return [translation for translation in found if translation]

    async def _translate(self, item: Evidence, language: Language) -> Translation | None:
        prompt = render("translation", language, {"quote": fenced(item.core_quote)})
        limit = _LONGER * estimate_tokens(item.core_quote) + 16
        text = ""
        try:
            async with aclosing(
                self._generator.stream(prompt, limit, grammar=grammar(language))
            ) as pieces:
                async for piece in pieces:
                    text += piece
        except (CutOffError, UnavailableError):
            return None
        text = " ".join(text.split())
        return Translation(item.number, text, await self._rejection(text, item, language))

    async def _rejection(self, text: str, item: Evidence, language: Language) -> Rejection | None:
        spans = split_sentences(text)
        if not spans:
            return Rejection("Translation", "substance", "it is empty")
        if left_out := unsupported(item.core_quote, [text]):
            numbers = ", ".join(item.core_quote[q.span.start : q.span.end] for q in left_out)
            return Rejection("Translation", "number", f"it leaves out {numbers}")
        finder = SupportFinder(self._embedder, [item])
        for span in spans:
            sentence = text[span.start : span.end]
            (support,) = await finder.find(sentence)
            claim = Claim(sentence, language, "", [item], support.sentence, support.nearness)
            if rejection := first_rejection(claim, self._checks):
                return rejection
        return None
