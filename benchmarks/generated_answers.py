"""What the default generator says, labelled by hand: is it shown where it is right?

    python benchmarks/generated_answers.py [--index DIR] [--threshold T]
    python benchmarks/generated_answers.py --ask FILE [--index DIR]

``benchmarks/data/verdicts.jsonl`` has right and wrong answers that people have written, the wrong
ones as hard as they could. A generator makes other mistakes, and others as often. Here are the
sentences that the default generator says to questions on the sample corpus, each question with the
documents of one language only, which goes round (``benchmarks/data/generated.jsonl``). They are
judged as the service judges them; nothing is generated. It prints, by half of the facts (on half 0
the verdict's trees were fitted, on half 1 nothing was), what is shown of right and of wrong
sentences at the shipped threshold, and which threshold would cost least, where a wrong sentence
that is shown costs as much as ``price`` right ones that are held back.

``--ask`` writes what the generator says now, without labels.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from retrieval import ROOT, calibrated_searcher, corpus_store
from sklearn.metrics import roc_auc_score

from assistant.answering.claim import strip_marks
from assistant.answering.question import Question
from assistant.api.service import make_assistant
from assistant.calibration import load_calibration
from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.fitting.verdict_fit import scores_of
from assistant.fitting.verdict_rows import SignalReader, VerdictRow
from assistant.language import LANGUAGES, Language, warm_up
from assistant.models.cross_encoder import load_cross_encoder
from assistant.models.embedder import load_embedder
from assistant.models.generator import Generator
from assistant.retrieval.hits import Scope
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from evals.dataset import load_suite

DATA = Path(__file__).parent / "data" / "generated.jsonl"
SUITE = "samples-core"


class Asked(BaseModel):
    """A question, asked of the documents in the language ``scope``; ``target`` is the same, or
    None where they do not answer it."""

    fact: str
    language: Language
    target: Language | None
    scope: Language
    question: str


class Said(Asked):
    """A sentence that was generated."""

    text: str


class Line(Said):
    """And whether it is right."""

    right: bool

    def answer(self) -> LabelledAnswer:
        """As what is labelled elsewhere."""
        return LabelledAnswer(**self.model_dump(), kind="generated")


def main() -> None:
    """Judge, or ask."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the index of the samples")
    parser.add_argument("--threshold", type=float, help="instead of the one that ships")
    parser.add_argument("--ask", type=Path, help="file to write what is generated to")
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    embedder = load_embedder(settings)
    warm_up()
    fitted = load_calibration(embedder.model_name, "*")
    with corpus_store(embedder, ROOT / "samples", arguments.index, beside=()) as store:
        if arguments.ask:
            ask(settings, calibrated_searcher(store, embedder), arguments.ask)
            return
        reader = SignalReader(
            store, embedder, fitted.gate, fitted.cosines, load_cross_encoder(embedder)
        )
        lines = map(Line.model_validate_json, DATA.read_text("utf-8").splitlines())
        rows = list(reader.rows([line.answer() for line in lines]))
    scores = scores_of(rows, fitted.verdict)
    threshold = arguments.threshold or fitted.verdict.threshold
    for half in (0, 1):
        report(half, rows, scores, threshold, fitted.verdict.price)


def report(
    half: int,
    rows: Sequence[VerdictRow],
    scores: NDArray[np.float64],
    threshold: float,
    price: float,
) -> None:
    """Print what is shown of one half of the facts."""
    right = np.array([row.answer.right for row in rows])
    own = np.array([row.answer.half == half for row in rows])
    across = np.array([row.answer.language != row.answer.scope for row in rows])
    groups = {"all": own, "in one language": own & ~across, "across": own & across}
    groups |= {code: own & [r.answer.language == code for r in rows] for code in LANGUAGES}
    auc = roc_auc_score(right[own], scores[own])
    print(f"\nhalf {half}, {own.sum()} sentences, AUC {auc:.2f}; shown from {threshold:.2f} on:")
    shown = scores >= threshold
    for name, chosen in groups.items():
        print(
            f"  {name:16} right {(shown & right & chosen).sum():3} of {(right & chosen).sum():3}, "
            f"wrong {(shown & ~right & chosen).sum():3} of {(~right & chosen).sum():3}"
        )

    def cost(least: float) -> float:
        shown = own & (scores >= least)
        return float((own & right & ~shown).sum() + price * (shown & ~right).sum())

    tried = np.arange(0.3, 0.9, 0.01)
    costs = [cost(least) for least in tried]
    cheapest = tried[np.isclose(costs, min(costs))]
    print(
        f"  cost {cost(threshold):.0f}; least {min(costs):.0f} "
        f"from {cheapest[0]:.2f} to {cheapest[-1]:.2f} (a wrong one costs {price:.0f})"
    )


def ask(settings: Settings, searcher: Searcher, file: Path) -> None:
    """Write what the default generator says."""
    generator = Generator(settings)
    generator.start()
    assistant = make_assistant(settings, searcher, generator)
    try:
        with file.open("w", encoding="utf-8") as out:
            for one in asked():
                question = Question(one.question, scope=Scope(languages=(one.scope,)))
                for draft in asyncio.run(assistant.reply(question)).trace.drafts:
                    said = Said(**one.model_dump(), text=strip_marks(draft.sentence))
                    out.write(said.model_dump_json() + "\n")
                    out.flush()
    finally:
        generator.stop()


def asked() -> Iterator[Asked]:
    """Questions on every other fact."""
    for number, fact in enumerate(load_suite(SUITE).facts[::2]):
        for place, (language, question) in enumerate(fact.questions.items()):
            scope = LANGUAGES[(place + number) % len(LANGUAGES)]
            yield Asked(
                fact=fact.id,
                language=language,
                target=scope if fact.answerable else None,
                scope=scope,
                question=question,
            )


if __name__ == "__main__":
    main()
