"""Does the reply say the answer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.codes import Language
from evals.dataset import Case
from evals.evaluators.base import Context, Metric, has_answers
from evals.records import Asked
from evals.text import contains, script_share, sentences, tokens, trigrams, without_marks

#: Replies are cut at so many words, so that length alone does not find the answer.
LONGEST = 60
#: Least share of the letters in the language's script: names and terms may stay in their own.
LEAST_SHARE = 0.5
_WORD = regex.compile(r"\S+")
_ENDINGS = (".", "!", "?", "؟", "。", "…", ":", '"', "”", "»", ")")


def capped(answer: str) -> str:
    """A reply without citation marks, cut at `LONGEST` words. Its lines stay: a quote in another
    language is no part of the sentence in the line before it."""
    words = list(_WORD.finditer(without_marks(answer)))[:LONGEST]
    return words[-1].string[: words[-1].end()] if words else ""


def aliases(case: Case, reply: ChatResponse) -> list[str]:
    """Ways to say the answer. A reply that quotes may say it in the language of its quotes."""
    languages = {case.language}
    if reply.outcome == "quoted":
        languages |= {citation.language for citation in reply.citations}
    return [alias for language in sorted(languages) for alias in case.answers.get(language, ())]


def says_answer(case: Case, reply: ChatResponse) -> bool:
    """Whether the capped reply contains one of the gold answers."""
    text = capped(reply.answer)
    return any(contains(text, alias) for alias in aliases(case, reply))


def says_in_own_language(case: Case, reply: ChatResponse) -> bool:
    """Whether the capped reply says one of the gold answers in the asker's language."""
    if reply.outcome == "not_found":
        return False
    return says_in(reply.answer, case.answers.get(case.language, ()), case.language)


def says_in(answer: str, wanted: Sequence[str], language: Language) -> bool:
    """Whether an answer, capped, says what is wanted in a language: what it says in another
    script does not count, though its numbers are the same."""
    said = capped(answer)
    own = [s for s in sentences(said) if script_share(s, language) >= LEAST_SHARE]
    text = "\n".join(own) if any(map(str.isalpha, said)) else said
    return any(contains(text, alias) for alias in wanted)


class AliasMatch:
    """The reply contains one of the ways to say the answer.

    Source: answer recall, as in Adlakha et al. 2024, "Evaluating Correctness and Faithfulness of
    Instruction-Following Models for Question Answering".
    """

    metrics = (Metric("alias_match", "the reply contains the answer"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        if not has_answers(asked):
            return {}
        reply = asked.chat
        return {"alias_match": float(reply is not None and says_answer(asked.case, reply))}


class CharacterRecall:
    """Share of the answer's character 3-grams that the reply has, for the best alias.

    It forgives endings and spelling. Source: Chirkova et al. 2024, "Retrieval-augmented generation
    in multilingual settings".
    """

    metrics = (Metric("trigram_recall", "share of the answer's 3-grams that the reply has"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        if not has_answers(asked):
            return {}
        if asked.chat is None:
            return {"trigram_recall": 0.0}
        said = trigrams(capped(asked.chat.answer))
        wanted = [trigrams(alias) for alias in aliases(asked.case, asked.chat)]
        return {"trigram_recall": max((len(w & said) / len(w) for w in wanted if w), default=0.0)}


class WordF1:
    """Harmonic mean of the words' precision and recall, for the best alias.

    Replies are sentences and gold answers are short, so it is low even for right replies: of use
    to compare versions only. Source: Rajpurkar et al. 2016 (SQuAD).
    """

    metrics = (Metric("word_f1", "overlap of words with the answer; low for whole sentences"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        if not has_answers(asked):
            return {}
        if asked.chat is None:
            return {"word_f1": 0.0}
        said = tokens(capped(asked.chat.answer))
        found = (_f1(said, tokens(alias)) for alias in aliases(asked.case, asked.chat))
        return {"word_f1": max(found, default=0.0)}


def _f1(said: list[str], wanted: list[str]) -> float:
    common = (Counter(said) & Counter(wanted)).total()
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


class Completeness:
    """The generated answer ends where a sentence ends. An own measure."""

    metrics = (Metric("complete", "the generated answer ends with a whole sentence"),)

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        if asked.chat is None or asked.chat.outcome != "answered":
            return {}
        last = without_marks((sentences(asked.chat.answer) or [""])[-1])
        return {"complete": float(last.endswith(_ENDINGS))}
