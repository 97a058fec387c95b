"""How fast the main path is, as ratios against a baseline taken in the same run.

    python benchmarks/skeleton.py [indexing] [store] [evidence] [prompt]

indexing  ingestion's passages/s against the embedder's bare ``encode`` on the same texts
store     a hybrid query over 20,000 passages: Qdrant Edge against qdrant-client's local mode
evidence  time to the first evidence event against a bare query embedding
prompt    time to the first token: evidence only against the three whole passages
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import numpy as np
from llama_index.core.llms import ChatMessage
from qdrant_client import QdrantClient
from retrieval import calibrated_searcher

from assistant.answering.prompting.prompt import build_prompt
from assistant.answering.question import Question
from assistant.answering.reply import EvidenceFound
from assistant.api.service import make_assistant
from assistant.calibration import load_calibration
from assistant.index.edge import EdgePassageStore
from assistant.index.open import open_store
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.sparse import encode_passage, encode_query
from assistant.index.store import PassageStore, Query
from assistant.language import Span, warm_up
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.models.generator import Generator
from assistant.models.session import GenerationSession, Prompt
from assistant.retrieval.evidence import Evidence, select_evidence
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
#: Real statutes, where they are there: their articles are as long as real ones are.
STATUTES = ROOT.parent / "shared" / "data" / "corpus" / "ko"
QUESTIONS = (
    "교류 학생의 평점평균은 얼마 이상이어야 하나요?",
    "ما المعدل التراكمي المطلوب من طلاب التبادل؟",
    "What grade point average do exchange students need?",
    "컨소시엄은 몇 개인가요?",
    "متى يعمل المركز العالمي بكامل طاقته؟",
    "Who approves spending above 200 million won?",
)


def median_ms(call: Callable[[], object], times: int) -> float:
    """Median duration of ``call`` in milliseconds, after one call to warm up."""
    call()
    durations = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        durations.append((time.perf_counter() - began) * 1000)
    return statistics.median(durations)


def indexing(embedder: SentenceTransformerEmbedder) -> None:
    """Indexing throughput."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        store = open_store(settings, embedder)
        job = IngestionJob(settings, store, DocumentRegistry(Database(settings.database)), embedder)
        report = job.run([SAMPLES])
        again = job.run([SAMPLES])
        passages = [node.to_passage() for node in store.select({})]
        texts = [embedder.passage_input(p.heading_path, p.text) for p in passages]
        store.close()
    began = time.perf_counter()
    embedder._model.encode(texts, prompt="", batch_size=32)
    raw = len(texts) / (time.perf_counter() - began)
    rate = report.passages / report.seconds
    print(
        f"indexing: {rate:.1f} passages/s with sentence and sparse vectors, bare encode "
        f"{raw:.1f} texts/s, ratio {rate / raw:.2f} (wanted 0.90 or more); unchanged corpus "
        f"{report.seconds / again.seconds:.0f} times faster"
    )


def store(count: int = 20_000, dimensions: int = 768) -> None:
    """Hybrid query over many passages."""
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(5000)]
    nodes = [_random_node(rng, words, i, dimensions) for i in range(count)]
    identity = IndexIdentity("benchmark", dimensions)
    query = Query(
        rng.normal(size=dimensions).tolist(), encode_query("word1 word20 word300 word4000"), 10, {}
    )
    filtered = Query(query.dense, query.sparse, 10, {"language": ["ko"]})
    with tempfile.TemporaryDirectory() as folder:
        edge = EdgePassageStore(Path(folder) / "edge", identity)
        local = ServerPassageStore(QdrantClient(":memory:"), "benchmark", identity)
        results = {}
        engines: tuple[tuple[str, PassageStore], ...] = (("Edge", edge), ("local mode", local))
        for name, engine in engines:
            for i in range(0, count, 500):
                engine.upsert(nodes[i : i + 500])
            engine.optimize()
            times = 50 if name == "Edge" else 5
            results[name] = [
                median_ms(lambda e=engine, q=q: e.search(q), times)  # type: ignore[misc]
                for q in (query, filtered)
            ]
        edge.close()
    for i, kind in enumerate(("hybrid", "hybrid, filtered")):
        fast, slow = results["Edge"][i], results["local mode"][i]
        print(
            f"store: {kind} query over {count:,} passages: Edge {fast:.1f} ms, local mode "
            f"{slow:.0f} ms, ratio {slow / fast:.0f} (wanted 100 or more)"
        )


def _random_node(
    rng: np.random.Generator, words: list[str], i: int, dimensions: int
) -> PassageNode:
    text = " ".join(rng.choice(words, 40))
    passage = Passage(
        id=str(uuid.UUID(int=i + 1)),
        document_id=f"doc-{i // 20}",
        collection="benchmark",
        source="benchmark.md",
        title="Benchmark",
        language=("ko", "ar", "en")[i % 3],
        text=text,
        ordinal=i,
        sentences=(Span(0, len(text)),),
    )
    node = PassageNode.from_passage(passage)
    node.embedding = rng.normal(size=dimensions).tolist()
    node.sentence_vectors = rng.normal(size=(1, dimensions)).astype(np.float32)
    node.sparse = encode_passage(text)
    return node


def evidence(embedder: SentenceTransformerEmbedder) -> None:
    """Time to the first evidence event."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        engine = open_store(settings, embedder)
        IngestionJob(settings, engine, DocumentRegistry(Database(settings.database)), embedder).run(
            [SAMPLES]
        )
        generator = Generator(settings)
        assistant = make_assistant(settings, calibrated_searcher(engine, embedder), generator)

        async def first_event(question: str) -> None:
            async with aclosing(assistant.stream(Question(question))) as events:
                assert isinstance(await anext(events), EvidenceFound), question

        bare, first = [], []
        for question in QUESTIONS:
            bare.append(median_ms(lambda q=question: embedder.get_query_embedding(q), 7))  # type: ignore[misc]
            first.append(median_ms(lambda q=question: asyncio.run(first_event(q)), 7))  # type: ignore[misc]
        engine.close()
    ratio = statistics.median(f / b for f, b in zip(first, bare, strict=True))
    print(
        f"evidence: first event after {statistics.median(first):.0f} ms, bare query embedding "
        f"{statistics.median(bare):.0f} ms, ratio {ratio:.2f} (wanted 3 or less)"
    )


def prompt(embedder: SentenceTransformerEmbedder) -> None:
    """Time to the first token, from evidence and from whole passages."""
    corpus, questions = SAMPLES, QUESTIONS[::3]
    if STATUTES.is_dir():
        corpus = STATUTES / "학술진흥법.md"
        questions = ("학술진흥법의 목적은 무엇인가요?", "연구부정행위에는 어떤 것이 있나요?")
    else:
        print("prompt: ../shared/data is not there; using the samples, whose articles are short")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        engine = open_store(settings, embedder)
        IngestionJob(settings, engine, DocumentRegistry(Database(settings.database)), embedder).run(
            [corpus]
        )
        searcher = calibrated_searcher(engine, embedder)
        generator = Generator(settings)
        generator.start()
        try:
            asyncio.run(_first_tokens(settings, searcher, generator, questions))
        finally:
            generator.stop()
            engine.close()


async def _first_tokens(
    settings: Settings, searcher: Searcher, generator: Generator, questions: tuple[str, ...]
) -> None:
    ratios = []
    # The instructions are in the prompt cache in both cases, as they are in a running service.
    await _first_token(generator, [ChatMessage(role="user", content="warm up")])
    spread = load_calibration(searcher.embedder.model_name, "*").cosines.spread
    for question in questions:
        hits = (await searcher.search(question, 8)).hits
        short = select_evidence(question, hits, settings.evidence_tokens, spread)
        whole = [
            Evidence(
                i,
                hit.passage,
                all_of_it := Span(0, len(hit.passage.text)),
                all_of_it,
                all_of_it,
                hit.cosine,
                hit.cosine,
            )
            for i, hit in enumerate(hits[:3], start=1)
        ]
        fast = await _first_token(generator, build_prompt(question, short, "ko"))
        slow = await _first_token(generator, build_prompt(question, whole, "ko"))
        ratios.append(slow / fast)
        print(f"prompt: first token after {fast:.1f} s from evidence, {slow:.1f} s from passages")
    print(f"prompt: median ratio {statistics.median(ratios):.2f} (wanted 3 or more)")


async def _first_token(generator: Generator, messages: list[ChatMessage]) -> float:
    began = time.perf_counter()
    session = GenerationSession(generator)
    async with aclosing(session.stream(Prompt(messages, 8))) as pieces:
        await anext(pieces)
    return time.perf_counter() - began


def main() -> None:
    """Run the parts that are named, or all."""
    chosen = sys.argv[1:] or ["indexing", "store", "evidence", "prompt"]
    warm_up()
    embedder = load_embedder(Settings(_env_file=None))
    if "indexing" in chosen:
        indexing(embedder)
    if "store" in chosen:
        store()
    if "evidence" in chosen:
        evidence(embedder)
    if "prompt" in chosen:
        prompt(embedder)


if __name__ == "__main__":
    main()
