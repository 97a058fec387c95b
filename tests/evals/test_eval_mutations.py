"""Ten broken services: each is caught by the measure that is made for it, and by few others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eval_runs import Ran
from known_service import LANGUAGES, PASSAGES, PERIODS, KnownService, Language

from evals.compare import compare
from evals.gate import ReleaseGate, Rule, check

#: What a clock measures differs from run to run.
TIMES = {"search_ms", "evidence_ms", "first_sentence_ms", "total_ms", "tokens_per_s"}

Reply = dict[str, Any]


def wrong_language(fact: str, language: Language, reply: Reply) -> None:
    if reply["outcome"] == "answered":
        other = LANGUAGES[(LANGUAGES.index(language) + 1) % 3]
        text = next(p.text for p in PASSAGES if (p.fact, p.language) == (fact, other))
        reply["answer"] = f"{text} [1]"


def swapped_citations(fact: str, language: Language, reply: Reply) -> None:
    if reply["outcome"] == "answered":
        reply["citations"] = [_other(fact, language).cited()]


def invented_numbers(fact: str, language: Language, reply: Reply) -> None:
    if reply["outcome"] == "answered":
        reply["answer"] = reply["answer"].replace(str(PERIODS[fact][0]), "999")


def always_abstains(fact: str, language: Language, reply: Reply) -> None:
    reply |= {"outcome": "not_found", "answer": "", "citations": []}


def altered_quotes(fact: str, language: Language, reply: Reply) -> None:
    for citation in reply["citations"]:
        citation["quote"] = citation["quote"][:3] + "x" + citation["quote"][4:]


def mixed_up_prompts(fact: str, language: Language, reply: Reply) -> None:
    if reply["outcome"] == "answered":
        other = _other(fact, language)
        reply |= {"answer": f"{other.text} [1]", "citations": [other.cited()]}


def truncated(fact: str, language: Language, reply: Reply) -> None:
    if reply["outcome"] == "answered":
        text = reply["answer"].removesuffix(" [1]")
        reply["answer"] = f"{text[: len(text) // 2]} [1]"


def _other(fact: str, language: Language) -> Any:
    facts = list(PERIODS)
    other = facts[(facts.index(fact) + 1) % len(facts)]
    return next(p for p in PASSAGES if (p.fact, p.language) == (other, language))


#: Each broken service, the measure that must catch it, and all that may get worse with it.
BROKEN: dict[str, tuple[Callable[[], KnownService], str, set[str]]] = {
    "wrong language": (
        lambda: KnownService(wrong_language),
        "correct_language",
        {
            "answered_right",
            "answered_wrong",
            "own_language",
            "correct_language",
            "correct_language_sentences",
            "right_in_any_language",
            "alias_match",
            "trigram_recall",
            "word_f1",
        },
    ),
    "swapped citations": (
        lambda: KnownService(swapped_citations),
        "citation_precision",
        {"citation_precision", "citation_recall", "numbers_supported"},
    ),
    "invented numbers": (
        lambda: KnownService(invented_numbers),
        "numbers_supported",
        {
            "answered_right",
            "answered_wrong",
            "own_language",
            "numbers_supported",
            "right_in_any_language",
            "alias_match",
            "trigram_recall",
            "word_f1",
        },
    ),
    "always answers": (
        lambda: KnownService(refuses=False),
        "hallucination",
        {"answered_wrong", "hallucination", "false_acceptance", "right_in_any_language"},
    ),
    "always abstains": (
        lambda: KnownService(always_abstains),
        "false_refusal",
        {
            "answered_right",
            "own_language",
            "false_refusal",
            "right_in_any_language",
            "alias_match",
            "trigram_recall",
            "word_f1",
        },
    ),
    "quotes altered by a letter": (
        lambda: KnownService(altered_quotes),
        "verbatim_quotes",
        {"verbatim_quotes"},
    ),
    "slow": (
        lambda: KnownService(delay=0.5),
        "total_ms",
        {"total_ms", "first_sentence_ms", "tokens_per_s"},
    ),
    "half the index missing": (
        lambda: KnownService(facts=tuple(PERIODS)[:4]),
        "recall@10",
        {
            "recall@1",
            "recall@5",
            "recall@10",
            "ndcg@10",
            "mrr@10",
            "pool_recall@5",
            "answered_right",
            "own_language",
            "false_refusal",
            "right_in_any_language",
            "alias_match",
            "trigram_recall",
            "word_f1",
        },
    ),
    "prompts mixed up": (
        lambda: KnownService(mixed_up_prompts),
        "alias_match",
        {
            "answered_right",
            "answered_wrong",
            "own_language",
            "citation_precision",
            "citation_recall",
            "right_in_any_language",
            "alias_match",
            "trigram_recall",
            "word_f1",
        },
    ),
    "truncated answers": (
        lambda: KnownService(truncated),
        "complete",
        {
            "answered_right",
            "answered_wrong",
            "own_language",
            "complete",
            "right_in_any_language",
            "alias_match",
            "trigram_recall",
            "word_f1",
        },
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_service_is_caught_by_the_right_measure(
    name: str, healthy: Ran, run_against: Callable[[KnownService], Ran]
) -> None:
    make, caught_by, allowed = BROKEN[name]
    scores = run_against(make()).scores
    differences = [d for d in compare(healthy.scores, scores) if d.language == "all"]
    worse = {d.metric for d in differences if d.verdict == "worse"}
    assert caught_by in worse
    assert worse - TIMES <= allowed - TIMES
    rule = Rule(metric=caught_by, suite="known", max_worsening=0.0)
    assert [f.passed for f in check(ReleaseGate(rules=[rule]), scores, differences)] == [False]


def test_a_service_without_a_fault_is_not_worse_than_itself(
    healthy: Ran, run_against: Callable[[KnownService], Ran]
) -> None:
    differences = compare(healthy.scores, run_against(KnownService()).scores)
    assert {d.verdict for d in differences if d.metric not in TIMES} == {"no difference"}


def test_the_right_answers_get_full_marks_and_beat_both_baselines(healthy: Ran) -> None:
    service = {
        metric: {row.values[metric] for row in healthy.scores.select(metric)}
        for metric in (
            "answered_right",
            "own_language",
            "right_in_any_language",
            "recall@1",
            "alias_match",
            "citation_recall",
            "verbatim_quotes",
            "numbers_supported",
            "valid_citations",
            "complete",
            "correct_language",
        )
    }
    assert service == {metric: {1.0} for metric in service}
    shares = {
        system: [
            row.values["right_in_any_language"]
            for row in healthy.scores.select("right_in_any_language", system=system)
        ]
        for system in healthy.scores.systems
    }
    means = {system: sum(values) / len(values) for system, values in shares.items()}
    assert means["service"] > means["bm25"] > means["abstain"]
    assert means["abstain"] == pytest.approx(9 / 33)
