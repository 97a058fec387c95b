"""Is the reply in the asker's language?"""

from __future__ import annotations

from evals.evaluators.answers import LEAST_SHARE
from evals.evaluators.base import Context, Metric
from evals.records import Asked
from evals.text import script_share, sentences, without_marks


class CorrectLanguage:
    """The reply, and each of its sentences, is in the script of the question's language.

    Replies that only quote are left out: they are in the documents' language by design.
    Source: correct language rate, Chirkova et al. 2024. Scripts, not languages, are told apart.
    """

    metrics = (
        Metric("correct_language", "the reply is in the question's language"),
        Metric("correct_language_sentences", "share of sentences in the question's language"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        reply = asked.chat
        if reply is None or reply.outcome == "quoted":
            return {}
        language = asked.case.language
        answer = without_marks(reply.answer)
        for document in reply.nearest_documents:  # titles stay in their own language
            answer = answer.replace(document.title, "")
        whole = script_share(answer, language) >= LEAST_SHARE
        scores = {"correct_language": float(whole and reply.answer_language == language)}
        if said := sentences(answer):
            own = [script_share(sentence, language) >= LEAST_SHARE for sentence in said]
            scores["correct_language_sentences"] = sum(own) / len(own)
        return scores
