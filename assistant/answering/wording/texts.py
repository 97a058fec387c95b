"""The text of a reply: the answer, the quotes, or where to look instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.lists import format_list

from assistant.answering.generation.drafts import DraftSentence
from assistant.answering.wording.facts import joined
from assistant.answering.wording.phrases import form, phrases
from assistant.codes import LOCALES
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.hits import Hit

_NEAREST_DOCUMENTS = 3
_NAMED_DOCUMENTS = 5


def answered(drafts: Sequence[DraftSentence]) -> str:
    """The sentences that passed, with their marks."""
    return " ".join(draft.marked for draft in drafts)


def quoted(
    evidence: Sequence[Evidence],
    facts: Mapping[int, Sequence[str]],
    translations: Mapping[int, str],
    language: Language,
    *,
    direct: bool = True,
    announced: bool = True,
) -> str:
    """What is nearest to the question: each quote, and where it is not in the reader's language,
    before it its translation or else what it states, and behind it the name of its language.

    Args:
        evidence: What is quoted, the best first.
        facts: By number, what quotes in other languages state.
        translations: By number, of quotes in other languages.
        language: The reader's.
        direct: Whether it is thought to answer the question.
        announced: Whether to say why there are only quotes.
    """
    words = phrases(language)
    lines = [words.quoted if direct else words.no_direct_answer] if announced else []
    for item in evidence:
        quote = " ".join(item.core_quote.split())
        if item.passage.language == language:
            lines.append(words.quoted_item.format(quote=quote, number=item.number))
            continue
        original = words.original[item.passage.language]
        line = words.quoted_foreign.format(quote=quote, number=item.number, original=original)
        if item.number in translations:
            said = words.translation.format(text=translations[item.number], number=item.number)
            line = f"{said}\n{line}"
        elif stated := facts.get(item.number):
            said = words.facts.format(facts=joined(stated), number=item.number)
            line = f"{said}\n{line}"
        lines.append(line)
    return "\n\n".join(lines)


def not_found(nearest: Sequence[Passage], language: Language) -> str:
    """That there is no answer, and the nearest documents."""
    words = phrases(language)
    lines = [words.not_found]
    if nearest:
        lines.append(form(words.nearest, len(nearest), language))
        lines += [f"- {passage.title}" for passage in nearest]
    return "\n".join(lines)


def several(articles: Sequence[Hit], language: Language) -> str:
    """That several documents have an article of the number that was asked for, and which."""
    titles = list(dict.fromkeys(hit.passage.title for hit in articles))
    shown = titles[:_NAMED_DOCUMENTS] + (["…"] if len(titles) > _NAMED_DOCUMENTS else [])
    named = format_list(shown, locale=LOCALES[language])
    return phrases(language).several.format(titles=named)


def nearest_documents(hits: Sequence[Hit]) -> list[Passage]:
    """The best passage of each of the nearest documents, the nearest first."""
    best: dict[str, Passage] = {}
    for hit in hits:
        best.setdefault(hit.passage.document_id, hit.passage)
    return list(best.values())[:_NEAREST_DOCUMENTS]
