"""What follow-ups are taken to mean.

    python benchmarks/follow_ups.py [--index DIR] [--out FILE]

For the conversations of suite `follow-ups`, over the samples: what the last question is taken for
(as it was typed, or together with the question before it), whether the best quote and one of the
three that are shown then have the answer, and how often what was asked before is found instead.
Every reading goes to --out (JSON lines), to be read by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from quotes import says, shown
from retrieval import ROOT, calibrated_searcher, corpus_store

from assistant.answering.claim import strip_marks
from assistant.answering.follow_ups.interpretation import Interpretation, interpretations_of
from assistant.answering.question import Question, Turn
from assistant.calibration import load_calibration
from assistant.codes import LANGUAGES, Language
from assistant.language import unsupported_quantities, warm_up
from assistant.models.embedder import load_embedder
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from evals.dataset import Case, load_suite


@dataclass(frozen=True)
class Result:
    """What came of one conversation.

    Attributes:
        question: The last one.
        reading: What it was taken for.
        origin: How that came about.
        answerable: Whether the documents answer it.
        passed: Whether what was found is taken to answer it.
        first, shown: Whether the best quote, or one that is shown, has the answer.
        before: Whether the best quote has the amount of the turn before, and not the answer.
    """

    id: str
    language: Language
    question: str
    reading: str
    origin: str
    answerable: bool
    passed: bool
    first: bool
    shown: bool
    before: bool


@dataclass(frozen=True)
class Bench:
    """What the conversations are read with."""

    searcher: Searcher
    gate: AnswerableGate
    settings: Settings

    async def ask(self, case: Case) -> Result:
        """The reading that a service would answer."""
        history = tuple(Turn(m.role, m.content) for m in case.history)
        question = Question(case.question, history)
        tried: list[tuple[Interpretation, bool, list[str]]] = []
        for reading in interpretations_of(question, self.settings.history_tokens):
            tried.append((reading, *await self._search(reading, case)))
            if tried[-1][1]:
                break
        reading, passed, quotes = tried[-1] if tried[-1][1] else tried[0]
        said = [says(case, quote) for quote in quotes]
        before = strip_marks(history[-1].content)
        return Result(
            case.id,
            case.language,
            case.question,
            reading.text,
            reading.origin,
            case.answerable,
            passed,
            said[0],
            any(said),
            not said[0] and not unsupported_quantities(before, quotes[:1]),
        )

    async def _search(self, reading: Interpretation, case: Case) -> tuple[bool, list[str]]:
        found = await self.searcher.search(
            reading.text, 8, reader=case.language, language=reading.language
        )
        evidence = shown(reading.text, found.hits, self.searcher, self.settings)
        return self.gate.decide(found.hits).passed, [item.core_quote for item in evidence]


def report(results: Sequence[Result]) -> None:
    """A line for each language, and one for all."""
    for name in (*LANGUAGES, "all"):
        own = [r for r in results if name in (r.language, "all")]
        asked = [r for r in own if r.answerable]
        missing = [r for r in own if not r.answerable]
        origins = ", ".join(f"{o} {n}" for o, n in Counter(r.origin for r in own).most_common())
        print(
            f"{name:3} {len(asked)} follow-ups ({origins}): the best quote has the answer "
            f"{sum(r.first for r in asked)}, one that is shown {sum(r.shown for r in asked)}; "
            f"the turn before instead {sum(r.before for r in asked)}; {len(missing)} that have no "
            f"answer: the turn before {sum(r.before for r in missing)}"
        )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path)
    parser.add_argument("--out", type=Path, default=Path("replies.jsonl"))
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    embedder = load_embedder(settings)
    warm_up()
    gate = load_calibration(embedder.model_name, "*").gate
    with corpus_store(embedder, ROOT / "samples", arguments.index, beside=()) as store:
        bench = Bench(
            calibrated_searcher(store, embedder),
            AnswerableGate(gate.model() if gate else None),
            settings,
        )

        async def run() -> list[Result]:
            return [await bench.ask(case) for case in load_suite("follow-ups").cases]

        results = asyncio.run(run())
    lines = (json.dumps(asdict(result), ensure_ascii=False) for result in results)
    arguments.out.write_text("\n".join(lines) + "\n", "utf-8")
    report(results)


if __name__ == "__main__":
    main()
