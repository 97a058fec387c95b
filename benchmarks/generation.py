"""How fast the llama.cpp child writes, by how it drafts; ratios to no drafting in the same run.

    python benchmarks/generation.py [--index DIR] [--questions N] [--tried 3x8,2x8,3x16]

Every way writes the answers to the same questions on law (N for each language, over the corpus in
../shared/data), with the service's prompts and grammars at temperature 0. The server's own timings
are printed: tokens a second written and read, and how many of the answers are, letter by letter,
those that are written without drafts.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from openai import OpenAI
from retrieval import SHARED, SUITE, calibrated_searcher, corpus_store

from assistant.answering.prompting.grammar import answer_grammar
from assistant.answering.prompting.prompt import build_prompt
from assistant.calibration import load_calibration
from assistant.language import LANGUAGES, Language, warm_up
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.models.llama_server import LlamaServer, Speculation
from assistant.models.weights import generator_file
from assistant.retrieval.evidence import select_evidence
from assistant.settings import Settings
from evals.dataset import load_suite


@dataclass(frozen=True)
class Written:
    """One answer: its text, and tokens a second written and read."""

    text: str
    written: float
    read: float


@dataclass(frozen=True)
class Asked:
    """The request for one answer."""

    language: Language
    messages: list[dict[str, str]]
    grammar: str


def main() -> None:
    """Ask every way in turn, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--questions", type=int, default=6, help="of each language")
    parser.add_argument("--tried", default="3x8,2x8,4x8,3x16")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"skipped: the corpus in {SHARED} is not there")
    settings = Settings(_env_file=None)
    warm_up()
    asked = requests(load_embedder(settings), arguments.index, arguments.questions, settings)
    with served(settings, None) as client:
        plain = [write(client, one, settings) for one in asked]
    tell("no drafts", asked, plain, plain)
    for way in arguments.tried.split(","):
        matched, drafted = map(int, way.split("x"))
        with served(settings, Speculation(matched, drafted)) as client:
            tell(way, asked, [write(client, one, settings) for one in asked], plain)


def requests(
    embedder: SentenceTransformerEmbedder, index: Path | None, count: int, settings: Settings
) -> list[Asked]:
    """What the service would send for some questions of each language."""
    spread = load_calibration(embedder.model_name, "*").cosines.spread
    made = []
    with corpus_store(embedder, SHARED / "corpus", index) as store:
        searcher = calibrated_searcher(store, embedder)
        for language in LANGUAGES:
            cases = [c for c in load_suite(SUITE).cases if c.answerable and c.language == language]
            for case in random.Random(0).sample(cases, count):
                hits = asyncio.run(searcher.search(case.question, 8)).hits
                evidence = select_evidence(case.question, hits, settings.evidence_tokens, spread)
                messages = build_prompt(case.question, evidence, language)
                said = [{"role": m.role.value, "content": m.content or ""} for m in messages]
                rules = answer_grammar(case.question, evidence, language)
                made.append(Asked(language, said, rules))
    return made


@contextmanager
def served(settings: Settings, speculation: Speculation | None) -> Iterator[OpenAI]:
    """A client of a llama.cpp child that drafts so."""
    server = LlamaServer(
        generator_file(settings), settings.generator_context, 1, speculation=speculation
    )
    server.start()
    try:
        yield OpenAI(base_url=server.base_url, api_key=server.api_key)
    finally:
        server.stop()


def write(client: OpenAI, asked: Asked, settings: Settings) -> Written:
    """One answer."""
    reply = client.chat.completions.create(
        model="local",
        messages=cast(Any, asked.messages),
        temperature=0,
        max_tokens=settings.answer_tokens,
        extra_body={"grammar": asked.grammar},
    )
    timings = cast(Any, reply).timings
    return Written(
        reply.choices[0].message.content or "",
        timings["predicted_per_second"],
        timings["prompt_per_second"],
    )


def tell(way: str, asked: list[Asked], written: list[Written], plain: list[Written]) -> None:
    """Print medians of the ratios, and the medians themselves."""
    for language in LANGUAGES:
        own = [i for i, one in enumerate(asked) if one.language == language]
        ratio = statistics.median(written[i].written / plain[i].written for i in own)
        speed = statistics.median(written[i].written for i in own)
        read = statistics.median(written[i].read for i in own)
        same = sum(written[i].text == plain[i].text for i in own)
        print(
            f"{way:9} {language}: {ratio:.2f} times as fast ({speed:.1f} tokens/s; prompt "
            f"{read:.0f}), {same} of {len(own)} the same",
            flush=True,
        )


if __name__ == "__main__":
    main()
