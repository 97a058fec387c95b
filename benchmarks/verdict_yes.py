"""Does the generator know whether its yes or no is right?

    python benchmarks/verdict_yes.py [--index DIR] [--questions 24]

The third way of telling a verdict that is turned round (`verdicts` prints the other two): the
default generator is shown the evidence, a yes/no question and an answer, and asked whether the
answer is correct; how probable it finds "Yes" ("P(True)", Kadavath et al. 2022, arXiv:2207.05221)
ranks right answers before turned ones, or does not. Questions are of the reporting half. About 20
seconds a question.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from pathlib import Path

from retrieval import SHARED, corpus_store
from sklearn.metrics import roc_auc_score
from verdict_cases import Case, load_cases
from verdict_signals import Reader

from assistant.answering.prompt import build_verification
from assistant.answering.verification import probability_of_yes
from assistant.language import warm_up
from assistant.models.embedder import load_embedder
from assistant.models.generator import Generator
from assistant.retrieval.evidence import Evidence, select_evidence
from assistant.settings import Settings

_EVIDENCE_TOKENS = 300


def main() -> None:
    """Ask, and print the AUC by kind and language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--questions", type=int, default=24)
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    embedder = load_embedder(settings)
    warm_up()
    kinds = ("verdict", "turned_mixed", "turned_whole")
    cases = [case for case in load_cases() if case.half == 1 and case.kind in kinds]
    questions = sorted({(case.question, case.scope or "") for case in cases})
    picked = set(random.Random(4).sample(questions, arguments.questions))
    generator = Generator(settings)
    generator.start()
    said: list[tuple[Case, float]] = []
    began = time.perf_counter()
    try:
        with corpus_store(embedder, SHARED / "corpus", arguments.index) as store:
            reader = Reader(store, embedder)
            for asked in sorted(picked):
                own = [c for c in cases if (c.question, c.scope or "") == asked]
                evidence = select_evidence(reader.search(own[0]).hits, _EVIDENCE_TOKENS)
                for case in own:
                    chance = asyncio.run(yes(generator, case, evidence))
                    said.append((case, chance))
    finally:
        generator.stop()
    print(f"{len(said)} answers, {(time.perf_counter() - began) / len(said):.1f} s each")
    for kind in kinds[1:]:
        for language in ("ko", "ar", "en", None):
            rows = [
                (c.right, p)
                for c, p in said
                if (c.right or c.kind == kind) and language in (None, c.language)
            ]
            if len({right for right, _ in rows}) == 2:
                auc = roc_auc_score(*zip(*rows, strict=True))
                print(f"right against {kind}, {language or 'all'}: AUC {auc:.2f} of {len(rows)}")


async def yes(generator: Generator, case: Case, evidence: list[Evidence]) -> float:
    """How probable the generator finds a "Yes", from 0 to 1."""
    asking = build_verification(case.question, evidence, case.language, case.text)
    async with generator.exchange() as exchange:
        return await probability_of_yes(exchange, asking)


if __name__ == "__main__":
    main()
