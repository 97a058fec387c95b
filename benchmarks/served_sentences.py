"""What an embedder costs that gives no vectors of tokens: sentences pooled in their passage against
sentences embedded one by one, as a server embeds them.

    python benchmarks/served_sentences.py [--works N]

The same weights in both, over N works of the samples in their three languages (default: all) and
the questions of samples-core about them; each with the calibration that the service would have.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quotes import SAMPLES, says, shown

from assistant.calibration import load_calibration
from assistant.index.open import open_store
from assistant.models.embedder import Embedder, load_embedder
from assistant.models.open import embedder_name, served_prompts
from assistant.models.served_embedder import ServedEmbedder
from assistant.retrieval.hits import Scope
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from evals.dataset import Case, load_suite
from ingest.job import IngestionJob

SUITE = "samples-core"


@dataclass(frozen=True)
class Result:
    """Whether the first passage, the first quote, or one that is shown, has the answer."""

    passage: bool
    first: bool
    shown: bool


async def ask(case: Case, searcher: Searcher, settings: Settings) -> Result:
    """One question, searched for in the documents that it is asked of."""
    scope = Scope(languages=(case.target,)) if case.target else Scope()
    found = await searcher.search(case.question, 8, scope, case.language, case.language)
    quotes = shown(case.question, found.hits, searcher, settings)
    return Result(
        says(case, found.hits[0].passage.text),
        says(case, quotes[0].core_quote),
        any(says(case, quote.core_quote) for quote in quotes),
    )


def measure(embedder: Embedder, files: Sequence[Path], cases: Sequence[Case]) -> float:
    """Print the shares of the questions; the passages a second of the ingestion."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        store = open_store(settings, embedder)
        began = time.perf_counter()
        with DocumentRegistry.opened(settings) as registry:
            report = IngestionJob(settings, store, registry, embedder).run(files)
        rate = report.passages / (time.perf_counter() - began)
        cosines = load_calibration(embedder.model_name, "*").cosines
        searcher = Searcher(store, embedder, cosines=cosines)

        async def run() -> list[Result]:
            return [await ask(case, searcher, settings) for case in cases]

        results = asyncio.run(run())
        store.close()
    for pair in ("same language", "across languages", "all"):
        group = [
            result
            for case, result in zip(cases, results, strict=True)
            if pair == "all" or (case.target == case.language) == (pair == "same language")
        ]
        if group:
            shares = [sum(getattr(r, n) for r in group) for n in ("passage", "first", "shown")]
            first, quote, some = (share / len(group) for share in shares)
            print(
                f"{embedder.model_name}, {pair}, {len(group)} questions: the answer is in the "
                f"first passage {first:.0%}, the first quote {quote:.0%}, a quote {some:.0%}",
                flush=True,
            )
    print(f"{embedder.model_name}: {report.passages} passages, {rate:.2f} passages/s", flush=True)
    return rate


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int)
    works = sorted({path.name.split(".")[0] for path in SAMPLES.iterdir()})
    taken = set(works[: parser.parse_args().works])
    files = [path for path in SAMPLES.iterdir() if path.name.split(".")[0] in taken]
    names = {path.name for path in files}
    cases = [
        case
        for case in load_suite(SUITE).cases
        if case.answerable and not case.history and {g.source for g in case.target_gold} & names
    ]
    local = load_embedder(Settings(_env_file=None))
    settings = Settings(embedder_url="http://in-process", _env_file=None)
    served = ServedEmbedder(
        embedder_name(settings), served_prompts(settings), lambda texts: local._encode(list(texts))
    )
    in_context = measure(local, files, cases)
    one_by_one = measure(served, files, cases)
    print(f"one by one {one_by_one / in_context:.2f} times as fast to ingest")


if __name__ == "__main__":
    main()
