"""Do the citations hold?"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.api.schemas.chat_schemas import Citation
from evals.evaluators.base import Context, Metric
from evals.locators import matches
from evals.numbers import is_stated, stated_numbers
from evals.records import Asked
from evals.text import marked, sentences, without_marks


class CitationPlaces:
    """Citation precision and recall against the gold places, in any edition.

    Source: Gao et al. 2023 (ALCE), with gold places instead of an entailment model.
    """

    metrics = (
        Metric("citation_precision", "share of citations that name a right place"),
        Metric("citation_recall", "a right place is cited"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        reply = asked.chat
        if reply is None or not asked.case.answerable or reply.outcome == "not_found":
            return {}
        right = [
            any(matches(gold, citation.source, citation.locator) for gold in asked.case.gold)
            for citation in reply.citations
        ]
        precision = {"citation_precision": sum(right) / len(right)} if right else {}
        return precision | {"citation_recall": float(any(right))}


class VerbatimQuotes:
    """Every quote stands in its passage, letter by letter, at the offsets that are given.

    Needs the texts of the index. An own measure.
    """

    metrics = (Metric("verbatim_quotes", "all quotes are the passages' own text"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        if asked.chat is None or not asked.chat.citations or context.texts is None:
            return {}
        exact = (
            context.texts.get(c.passage_id, "")[c.start : c.end] == c.quote
            for c in asked.chat.citations
        )
        return {"verbatim_quotes": float(all(exact))}


class NumbersSupported:
    """Every number of a generated sentence stands in what it cites, or in the question.

    A sentence without marks may rest on any citation. Numbers in words count as support; 1 and 2
    are not looked at. Source: quantity hallucination, Zhao et al. 2020, "Reducing Quantity
    Hallucinations in Abstractive Summarization".
    """

    metrics = (Metric("numbers_supported", "all numbers stand in the cited quotes"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        reply = asked.chat
        if reply is None or reply.outcome != "answered":
            return {}
        good = (
            _supported(sentence, reply.citations, asked.case.question)
            for sentence in sentences(reply.answer)
        )
        return {"numbers_supported": float(all(good))}


def _supported(sentence: str, citations: Sequence[Citation], question: str) -> bool:
    cited = [c for c in citations if c.number in marked(sentence)] or list(citations)
    support = "\n".join([question, *(f"{c.title}\n{c.locator}\n{c.quote}" for c in cited)])
    return all(is_stated(n, support) for n in stated_numbers(without_marks(sentence)))


class ValidCitations:
    """Every mark has its citation, every citation its mark, and every sentence a mark.

    Source: valid citation rate, as in Gao et al. 2023 (ALCE).
    """

    metrics = (Metric("valid_citations", "marks and citations fit, and no sentence is bare"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        reply = asked.chat
        if reply is None or reply.outcome != "answered":
            return {}
        said = sentences(reply.answer)
        numbers = [citation.number for citation in reply.citations]
        fits = set(marked(reply.answer)) == set(numbers) and len(set(numbers)) == len(numbers)
        return {"valid_citations": float(fits and bool(said) and all(map(marked, said)))}
