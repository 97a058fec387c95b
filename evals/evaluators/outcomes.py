"""What came of the question, and should it have?"""

from __future__ import annotations

from evals.evaluators.answers import says_answer, says_in_own_language
from evals.evaluators.base import Context, Metric
from evals.records import Asked


class Answers:
    """The numbers to look at first: who asks gets a right answer, in words of their own language.

    None of them can be met by quoting. ``own_language`` counts an answer however it came about: a
    generated sentence, a quote from a document in the asker's language, or a translation.
    """

    metrics = (
        Metric("answered_right", "answered, and the answer is there in the asker's language"),
        Metric(
            "answered_wrong", "answered, and the answer is not there, or there is none", "lower"
        ),
        Metric("own_language", "the reply says the answer in the asker's language"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        case, reply = asked.case, asked.chat
        if "chat" not in asked.records or case.expect or (case.answerable and not case.answers):
            return {}
        answered = reply is not None and reply.outcome == "answered"
        if not case.answerable:
            return {"answered_wrong": float(answered)}
        said = reply is not None and says_in_own_language(case, reply)
        return {
            "answered_right": float(answered and said),
            "answered_wrong": float(answered and not said),
            "own_language": float(said),
        }


class RightInAnyLanguage:
    """The reply has what it should have, in whatever language.

    An answerable question: the reply contains the answer, be it as a quote that the asker cannot
    read. An unanswerable one: ``not_found``.
    """

    metrics = (
        Metric("right_in_any_language", "has the answer in any language, or rightly has none"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        case, reply = asked.case, asked.chat
        if "chat" not in asked.records or case.expect or (case.answerable and not case.answers):
            return {}
        if reply is None:
            return {"right_in_any_language": 0.0}
        refused = reply.outcome == "not_found"
        right = says_answer(case, reply) and not refused if case.answerable else refused
        return {"right_in_any_language": float(right)}


class Abstention:
    """Wrong answers to unanswerable questions, and refusals of answerable ones.

    Source: Thakur et al. 2024 (NoMIRACL): hallucination rate and error rate.
    """

    metrics = (
        Metric("hallucination", "an unanswerable question got a generated answer", "lower"),
        Metric("false_acceptance", "an unanswerable question got an answer or quotes", "lower"),
        Metric("false_refusal", "an answerable question got not_found", "lower"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        if asked.chat is None or asked.case.expect is not None:
            return {}
        outcome = asked.chat.outcome
        if asked.case.answerable:
            return {"false_refusal": float(outcome == "not_found")}
        return {
            "hallucination": float(outcome == "answered"),
            "false_acceptance": float(outcome != "not_found"),
        }


class Outcomes:
    """How replies come out, and how many requests fail."""

    metrics = (
        Metric("answered", "share of replies that are answered", None),
        Metric("quoted", "share of replies that quote", None),
        Metric("not_found", "share of replies that are not_found", None),
        Metric("failed", "share of questions with a request that failed", "lower"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        failed = any(record.error is not None for record in asked.records.values())
        scores = {"failed": float(failed)}
        if asked.chat is not None:
            for outcome in ("answered", "quoted", "not_found"):
                scores[outcome] = float(asked.chat.outcome == outcome)
        return scores
