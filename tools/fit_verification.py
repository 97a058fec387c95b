"""Fit how sure the generator must be of its own answer.

Asked whether its answer is right, a generator says "yes" with some probability (see
`assistant.answering.verification`). Here it answers and judges: questions and near misses on law
(evals/suites/statutes.jsonl, one half of the facts) over the whole corpus, and XQuAD in English
and Arabic over all passages of its language (not the questions of benchmarks/answers.py). An
answer is right when it contains a gold answer (`RIGHT` of its character 3-grams) and wrong when
it contains nothing of it; others are left out. A near miss has no right answer.

The threshold is the one that costs least, where a wrong answer that is shown costs as much as
`WORTH` right ones of which only the sources are quoted, which still contain most answers.
Cross-validated rates are printed: the threshold of four fifths of the questions, on the last
fifth. A language in which the cross-validated cost is not lower than without a threshold gets none.

    python tools/fit_verification.py [--index DIR] [--sample 36] [--answers FILE]

It takes about 15 seconds a question on two cores. Every answer goes to ``--answers`` (JSON
lines); those that are there already are not asked again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from llama_index.core.llms import ChatMessage

from assistant.answering.pipeline import Assistant
from assistant.answering.reply import Question
from assistant.answering.verification import Verifier, probability_of_yes
from assistant.language import LANGUAGES, Language
from assistant.models.embedder import load_embedder
from assistant.models.generator import Exchange, Generator
from assistant.retrieval.answerable import AnswerableGate
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from answers import Asked, recall  # noqa: E402
from generated import FOLDS, RIGHT, collect, law, written, xquad  # noqa: E402

TARGET = ROOT / "assistant" / "answering" / "verification.json"
WORTH = 3


@dataclass(frozen=True)
class Judged:
    """An answer that passed the checks, and how sure the generator was that it is right."""

    id: str
    group: str
    language: str
    question: str
    answer: str
    recall: float
    yes: float

    @property
    def right(self) -> bool:
        """Whether the answer has the gold answer."""
        return self.recall >= RIGHT

    @property
    def fold(self) -> int:
        """The fold that all questions on the same fact are in."""
        return zlib.crc32(b"fold" + self.group.encode()) % FOLDS


class Recorder:
    """Lets every answer pass and keeps how sure the generator was of it."""

    def __init__(self) -> None:
        self.yes: float | None = None

    async def rejection_of(self, exchange: Exchange, messages: Sequence[ChatMessage]) -> None:
        """See `assistant.answering.verification.Verifier`."""
        self.yes = await probability_of_yes(exchange, messages)

    def ask(self, assistant: Assistant, group: str, asked: Asked) -> list[Judged]:
        """Ask a question; without an answer where none passes the checks."""
        self.yes = None
        reply = asyncio.run(assistant.reply(Question(asked.text)))
        answer = reply.answer if self.yes is not None else ""
        contained = recall(answer, asked.answers) if asked.answers else 0.0
        yes = self.yes or 0.0
        return [Judged(asked.id, group, asked.language, asked.text, answer, contained, yes)]


def main() -> None:
    """Collect, print the cross-validated rates and write the threshold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--sample", type=int, default=36, help="questions of XQuAD a language")
    parser.add_argument("--answers", type=Path, default=Path("judged.jsonl"))
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    generator = Generator(settings)
    embedder = load_embedder(settings)
    gate = AnswerableGate(embedder.model_name)
    recorder = Recorder()
    recorders: dict[Language, Verifier] = dict.fromkeys(LANGUAGES, recorder)
    collect(
        arguments.answers,
        generator,
        chain(
            law(embedder, arguments, lambda c: c.language == c.target or not c.answerable),
            xquad(embedder, arguments.sample, seed=5),
        ),
        lambda searcher: Assistant(settings, searcher, gate, generator, verifiers=recorders),
        recorder.ask,
    )
    answered = [Judged(**row) for row in written(arguments.answers) if row["answer"]]
    rows = [row for row in answered if row.right or not row.recall]
    print(f"{len(answered) - len(rows)} of {len(answered)} answers left out")
    thresholds = {}
    for language in LANGUAGES:
        own = [row for row in rows if row.language == language]
        others = [threshold_of([o for o in own if o.fold != row.fold]) for row in own]
        gain = cost_of(own, [0.0] * len(own)) - cost_of(own, others)
        print(f"{language}: {_rates(own, others)}; gain {gain}; of all {threshold_of(own)}")
        if gain > 0:
            thresholds[language] = threshold_of(own)
    stored = {"generator": generator.model, "thresholds": thresholds}
    TARGET.write_text(json.dumps(stored) + "\n", "utf-8")


def threshold_of(rows: Sequence[Judged]) -> float:
    """The probability of a yes that costs least."""
    candidates = (round(i / 200, 3) for i in range(200))
    return min(candidates, key=lambda least: cost_of(rows, [least] * len(rows)))


def cost_of(rows: Sequence[Judged], least: Sequence[float]) -> int:
    """What it costs when each answer is shown from such a probability on."""
    shown = [row.yes >= t for row, t in zip(rows, least, strict=True)]
    quoted = sum(row.right and not seen for row, seen in zip(rows, shown, strict=True))
    wrong = sum(not row.right and seen for row, seen in zip(rows, shown, strict=True))
    return quoted + WORTH * wrong


def _rates(rows: Sequence[Judged], least: Sequence[float]) -> str:
    shown = [row for row, t in zip(rows, least, strict=True) if row.yes >= t]
    wrong, right = (sum(row.right == kind for row in rows) for kind in (False, True))
    wrong_shown, right_shown = (sum(row.right == kind for row in shown) for kind in (False, True))
    pairs = [(a.yes, b.yes) for a in rows for b in rows if a.right and not b.right]
    auc = sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs) if pairs else float("nan")
    return (
        f"{len(rows)} answers, {wrong} wrong; shown {len(shown)}, {wrong_shown} wrong; "
        f"{right - right_shown} of {right} right ones held back; AUC {auc:.2f}"
    )


if __name__ == "__main__":
    main()
