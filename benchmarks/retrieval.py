"""How well search finds what answers a question, in all directions between the languages.

    python benchmarks/retrieval.py [sets] [parallel] [law] [sizes] [scale] [--data DIR]
                                   [--index DIR]

sets      question sets with their passages (``--data``, by default ../shared/data/retrieval):
          nDCG@10 and Recall@1/5/10 of each leg and of the hybrid, one language a pool and mixed
          pools, against whitespace BM25 and llama-index's default
parallel  clauses of parallel texts: each finds its counterpart in another language
law       natural questions on statutes, laws and policies (evals/suites/statutes.jsonl) over the
          whole corpus in one index; ``--index`` keeps the index for the next run
sizes     the same with the corpus cut into passages of 200 and of 700 tokens at most (only when
          it is named: each size embeds the corpus once)
scale     a filtered hybrid query over 100,000 passages, and a whole search against a bare
          query embedding

The weights of the fused score were chosen on half 0 of each set, so half 1 is what counts; halves
are split by passage.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import ir_measures
import numpy as np
from ir_measures import R, nDCG
from llama_index.core import Document
from llama_index.core.node_parser import SentenceSplitter
from lxml import html
from qdrant_client import QdrantClient, models

from assistant.calibration import load_calibration
from assistant.index.edge import EdgePassageStore
from assistant.index.open import open_store
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.sparse import encode_passage, encode_query
from assistant.index.store import PassageStore, Query
from assistant.language import Language, article_of, split_sentences
from assistant.models.embedder import (
    PassageText,
    QueryVectors,
    SentenceTransformerEmbedder,
    load_embedder,
)
from assistant.retrieval.hits import Scope
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.registry import DocumentRegistry
from evals.dataset import Gold, load_suite
from ingest.job import IngestionJob

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
SUITE = "statutes"
SIZES = (200, 700)
MEASURES = (nDCG @ 10, R @ 1, R @ 5, R @ 10)
DEPTH = 10
#: For each query, passages with their scores.
Run = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Text:
    """A passage of a question set; ``parallel`` names what its translations share."""

    id: str
    language: Language
    text: str
    parallel: str


@dataclass(frozen=True)
class Question:
    """A question, the passage that answers it, and its vectors."""

    id: str
    language: Language
    text: str
    parallel: str
    vectors: QueryVectors

    @property
    def half(self) -> int:
        """Which half of the set it is in: all questions on one passage are in the same."""
        return zlib.crc32(self.parallel.encode()) % 2


def main() -> None:
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=["sets", "parallel", "law", "scale"])
    parser.add_argument("--data", type=Path, default=SHARED / "retrieval")
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus")
    parser.add_argument("--index", type=Path, help="data folder of the law part's index")
    arguments = parser.parse_args()
    embedder = load_embedder(Settings(_env_file=None))
    if "sets" in arguments.parts:
        for path in sorted(arguments.data.glob("*.passages.jsonl")):
            question_set(embedder, path)
    if "parallel" in arguments.parts:
        parallel(embedder, arguments.corpus / "parallel")
    if "law" in arguments.parts:
        law(embedder, arguments.corpus, arguments.index)
    if "sizes" in arguments.parts:
        for size in SIZES:
            with mock.patch.multiple("ingest.passages", MAX_TOKENS=size, _MAX_CHARS=5 * size):
                print(f"\nlaw, passages of at most {size} tokens", end="")
                law(embedder, arguments.corpus, None)
    if "scale" in arguments.parts:
        scale(embedder)


# Question sets


def question_set(embedder: SentenceTransformerEmbedder, path: Path) -> None:
    """All directions within one set, in separate and in mixed pools."""
    name = path.name.removesuffix(".passages.jsonl")
    texts = [Text(r["id"], r["language"], r["text"], r["parallel_id"]) for r in records(path)]
    gold = {text.id: text.parallel for text in texts}
    rows = records(path.with_name(f"{name}.queries.jsonl"))
    vectors = embedder.embed_questions([row["question"] for row in rows])
    questions = [
        Question(r["id"], r["language"], r["question"], gold[r["passage_id"]], v)
        for r, v in zip(rows, vectors, strict=True)
    ]
    nodes = build_nodes(embedder, texts)
    languages = sorted({text.language for text in texts})
    pools = [(language,) for language in languages] + [tuple(languages)]
    for pool in pools:
        inside = [t for t in texts if t.language in pool]
        runs = _runs(embedder, inside, [nodes[t.id] for t in inside], questions)
        for asked in languages:
            for wanted in pool if len(pool) > 1 else (pool[0],):
                if len(pool) > 1 and asked == wanted:
                    continue
                _print(
                    f"{name} {asked}→{wanted}{' mixed' if len(pool) > 1 else ''}",
                    runs,
                    [q for q in questions if q.language == asked],
                    {t.parallel: t.id for t in inside if t.language == wanted},
                )


def _runs(
    embedder: SentenceTransformerEmbedder,
    texts: Sequence[Text],
    nodes: Sequence[PassageNode],
    questions: Sequence[Question],
    baselines: bool = True,
) -> dict[str, Run]:
    with tempfile.TemporaryDirectory() as folder:
        identity = IndexIdentity(embedder.model_name, embedder.dimensions)
        store = EdgePassageStore(Path(folder) / "edge", identity)
        store.upsert(nodes)
        store.optimize()
        names = {node.node_id: text.id for node, text in zip(nodes, texts, strict=True)}

        def run(query: Callable[[Question], Query]) -> Run:
            return {
                q.id: {names[n.node_id]: score for n, score in store.search(query(q))}
                for q in questions
            }

        runs: dict[str, Run] = {}
        if baselines:
            runs["whitespace BM25"] = _whitespace_bm25(texts, questions)
            runs["llama-index default"] = _default(embedder, texts, questions)
        runs |= {
            "dense": run(lambda q: Query(q.vectors.dense.tolist(), None, DEPTH, {})),
            "sparse": run(lambda q: Query(None, encode_query(q.text), DEPTH, {})),
            "hybrid": run(lambda q: _hybrid(q.text, q.vectors)),
        }
        store.close()
    return runs


def _hybrid(text: str, vectors: QueryVectors) -> Query:
    tokens = vectors.tokens.tolist()
    return Query(vectors.dense.tolist(), encode_query(text), DEPTH, {}, tokens=tokens)


def _whitespace_bm25(texts: Sequence[Text], questions: Sequence[Question]) -> Run:
    """BM25 (k1 1.2, b 0.75) over lower-cased words between white space."""
    bags = [text.text.lower().split() for text in texts]
    average = sum(map(len, bags)) / len(bags)
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for i, bag in enumerate(bags):
        norm = 1.2 * (0.25 + 0.75 * len(bag) / average)
        for word in set(bag):
            count = bag.count(word)
            postings[word][i] = count * 2.2 / (count + norm)
    run: dict[str, dict[str, float]] = {}
    for question in questions:
        scores: dict[str, float] = defaultdict(float)
        for word in set(question.text.lower().split()):
            found = postings.get(word, {})
            idf = np.log(1 + (len(bags) - len(found) + 0.5) / (len(found) + 0.5))
            for i, weight in found.items():
                scores[texts[i].id] += float(idf * weight)
        run[question.id] = dict(sorted(scores.items(), key=lambda x: -x[1])[:DEPTH])
    return run


def _default(
    embedder: SentenceTransformerEmbedder, texts: Sequence[Text], questions: Sequence[Question]
) -> Run:
    """llama-index as it comes: 1024-token chunks, dense only, qdrant-client's local mode."""
    documents = [Document(text=t.text, metadata={"id": t.id}) for t in texts]
    chunks = SentenceSplitter(chunk_size=1024).get_nodes_from_documents(documents)
    vectors = embedder.get_text_embedding_batch([chunk.get_content() for chunk in chunks])
    client = QdrantClient(":memory:")
    params = models.VectorParams(size=embedder.dimensions, distance=models.Distance.COSINE)
    client.create_collection("default", params)
    client.upsert(
        "default",
        [
            models.PointStruct(id=i, vector=vector, payload={"id": chunk.metadata["id"]})
            for i, (chunk, vector) in enumerate(zip(chunks, vectors, strict=True))
        ],
    )
    run: dict[str, dict[str, float]] = {}
    for question in questions:
        points = client.query_points("default", question.vectors.dense.tolist(), limit=DEPTH).points
        scores: dict[str, float] = {}
        for point in points:
            scores.setdefault((point.payload or {})["id"], point.score)
        run[question.id] = scores
    return run


def _print(
    title: str, runs: Mapping[str, Run], questions: Sequence[Question], target: Mapping[str, str]
) -> None:
    for half in (0, 1):
        asked = [q for q in questions if q.half == half]
        print(
            f"\n{title}, half {half}{' (chosen on)' if half == 0 else ''}: {len(asked)} questions"
        )
        for method, run in runs.items():
            print(f"  {method:20} {_scores(run, {q.id: target[q.parallel] for q in asked})}")


def _scores(run: Run, gold: Mapping[str, str]) -> str:
    qrels = {question: {passage: 1} for question, passage in gold.items()}
    inside = {question: dict(run.get(question, {})) for question in gold}
    values = ir_measures.calc_aggregate(MEASURES, qrels, inside)
    return "  ".join(f"{measure} {100 * values[measure]:5.1f}" for measure in MEASURES)


# Parallel clauses


def parallel(embedder: SentenceTransformerEmbedder, folder: Path) -> None:
    """Each clause or section of a parallel text against all those in another language."""
    if not folder.is_dir():
        print(f"parallel: skipped, {folder} is not there")
        return
    texts = [*_licence_clauses(folder), *_guide_sections(folder)]
    nodes = build_nodes(embedder, texts)
    vectors = dict(
        zip(
            (t.id for t in texts),
            embedder.embed_questions([t.text[:2000] for t in texts]),
            strict=True,
        )
    )
    print()
    for asked, wanted in (
        ("ko", "ar"),
        ("ar", "ko"),
        ("ar", "en"),
        ("en", "ar"),
        ("ko", "en"),
        ("en", "ko"),
    ):
        inside = [t for t in texts if t.language == wanted]
        questions = [
            Question(t.id, t.language, t.text[:2000], t.parallel, vectors[t.id])
            for t in texts
            if t.language == asked
        ]
        target = {t.parallel: t.id for t in inside}
        runs = _runs(embedder, inside, [nodes[t.id] for t in inside], questions, baselines=False)
        gold = {q.id: target[q.parallel] for q in questions if q.parallel in target}
        scores = _scores(runs["hybrid"], gold)
        print(f"parallel {asked}→{wanted}, {len(gold)} clauses: hybrid {scores}")


def _licence_clauses(folder: Path) -> Iterable[Text]:
    """Clauses of the licence's legal code, which has the same ids in every language."""
    for path in sorted(folder.glob("cc-*.html")):
        language: Any = path.stem.rsplit(".", 1)[1]
        page: Any = html.document_fromstring(path.read_text("utf-8"))
        for item in page.xpath("//*[self::li or self::p][starts-with(@id, 's')]"):
            for inner in item.xpath(".//ol | .//ul"):
                inner.drop_tree()
            text = " ".join(" ".join(item.itertext()).split())
            if len(text) > 40:
                clause = item.get("id")
                yield Text(f"{path.stem}#{clause}", language, text, f"cc#{clause}")


def _guide_sections(folder: Path) -> Iterable[Text]:
    """Sections of the guides, which have the same headings in the same order."""
    for path in sorted(folder.glob("*.md")):
        stem, language = path.stem.rsplit(".", 1)
        parts = path.read_text("utf-8").split("\n## ")[1:]
        for i, part in enumerate(parts):
            yield Text(f"{path.stem}#{i}", language, " ".join(part.split()), f"{stem}#{i}")  # type: ignore[arg-type]


# Questions on law


def law(embedder: SentenceTransformerEmbedder, corpus: Path, index: Path | None) -> None:
    """Natural questions over the whole corpus: is the right article first, is it in the top 5?"""
    if not corpus.is_dir():
        print(f"law: skipped, {corpus} is not there")
        return
    with corpus_store(embedder, corpus, index) as store:
        ranks: dict[str, list[int]] = defaultdict(list)
        searcher = calibrated_searcher(store, embedder)
        for case in load_suite(SUITE).cases:
            if case.answerable:
                found = asyncio.run(searcher.search(case.question, 20)).hits
                rank = _rank([hit.passage for hit in found], case.gold)
                half = zlib.crc32(case.fact.encode()) % 2
                for key in (case.direction, f"half {half}", "all"):
                    ranks[key].append(rank)
    for key, places in sorted(ranks.items()):
        first, five = (100 * np.mean([p < n for p in places]) for n in (1, 5))
        print(f"  {key:8} {len(places):4} questions  R@1 {first:5.1f}  R@5 {five:5.1f}")


def calibrated_searcher(store: PassageStore, embedder: SentenceTransformerEmbedder) -> Searcher:
    """What searches as the service does, with what is fitted for the embedder."""
    cosines = load_calibration(embedder.model_name, "*").cosines
    return Searcher(store, embedder, cosines=cosines)


@contextmanager
def corpus_store(
    embedder: SentenceTransformerEmbedder,
    corpus: Path,
    index: Path | None,
    beside: Sequence[Path] = (ROOT / "samples",),
) -> Iterator[PassageStore]:
    """A corpus and what stands beside it, ingested into ``index`` or into a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=index or Path(folder), _env_file=None)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        store = open_store(settings, embedder)
        registry = DocumentRegistry(Database(settings.database))
        report = IngestionJob(settings, store, registry, embedder).run([corpus, *beside])
        print(f"\n{store.count()} passages ({report.passages} embedded in this run)", flush=True)
        yield store
        store.close()
        registry.database.close()


def _rank(found: Sequence[Passage], gold: Sequence[Gold]) -> int:
    """Place of the right article among the articles found, from 0; 99 when it is not there."""
    seen: list[tuple[str, str]] = []
    for passage in found:
        if (key := (passage.source, passage.article or passage.locator)) in seen:
            continue
        seen.append(key)
        named = {_letters(x) for x in (passage.locator, *passage.headings, passage.title)}
        places = [p for g in gold if g.source == passage.source for p in g.locators]
        if any(_names(place, named, passage.article) for place in places):
            return len(seen) - 1
    return 99


def _names(place: str, named: set[str], article: str | None) -> bool:
    return _letters(place) in named or (article is not None and article == article_of(place))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


# Scale


def scale(embedder: SentenceTransformerEmbedder, count: int = 100_000) -> None:
    """How long the store and a whole search take over many passages, with a filter."""
    rng = np.random.default_rng(0)
    words = np.array([f"term{i}" for i in range(20_000)])
    queries = [f"How is {words[i]} decided by the council?" for i in range(40)]
    with tempfile.TemporaryDirectory() as folder:
        identity = IndexIdentity(embedder.model_name, embedder.dimensions)
        store = EdgePassageStore(Path(folder) / "edge", identity)
        for start in range(0, count, 500):
            store.upsert([_random_node(rng, words, start + i, embedder) for i in range(500)])
        store.optimize()
        print(f"\nscale: {count:,} passages are indexed; asking", flush=True)
        timed = asyncio.run(_asked(store, embedder, queries))
        store.close()
    p50 = {name: 1000 * float(np.median(seconds)) for name, seconds in timed.items()}
    print(
        f"scale: filtered: store p50 {p50['engine']:.1f} ms; whole search "
        f"{p50['whole']:.0f} ms = {p50['whole'] / p50['bare']:.2f} bare query embeddings "
        f"({p50['bare']:.0f} ms)"
    )


async def _asked(
    store: PassageStore, embedder: SentenceTransformerEmbedder, queries: Sequence[str]
) -> dict[str, list[float]]:
    """Seconds that each query took, in turn: embedded only, in the store, and as a whole."""
    searcher = calibrated_searcher(store, embedder)
    await searcher.search(queries[0], 8, Scope())  # the first query loads pages
    scope = Scope(collections=("c1",), languages=("ko",))
    timed: dict[str, list[float]] = {"bare": [], "engine": [], "whole": []}
    for query in queries:
        marks = [time.perf_counter()]
        (vectors,) = embedder.embed_questions([query])
        marks.append(time.perf_counter())
        request = Query(
            vectors.dense.tolist(),
            encode_query(query),
            DEPTH,
            {"collection": ["c1"], "language": ["ko"]},
            in_force_on=scope.day,
            tokens=vectors.tokens.tolist(),
        )
        store.search(request)
        marks.append(time.perf_counter())
        await searcher.search(query, 8, scope)
        marks.append(time.perf_counter())
        for name, (begin, end) in zip(timed, pairwise(marks), strict=True):
            timed[name].append(end - begin)
    return timed


def _random_node(
    rng: np.random.Generator, words: Any, i: int, embedder: SentenceTransformerEmbedder
) -> PassageNode:
    language: Language = ("ko", "ar", "en")[i % 3]
    text = " ".join(rng.choice(words, 40))
    plain = Text(f"d{i // 50}", language, text, "")
    node = PassageNode.from_passage(replace(_passage(i, plain), collection=f"c{i // 3 % 4}"))
    vectors = rng.normal(size=(4, embedder.dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    node.embedding = vectors[0].tolist()
    node.sentence_vectors = vectors[1:]
    node.sparse = encode_passage(text)
    return node


# Shared


def records(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def build_nodes(
    embedder: SentenceTransformerEmbedder, texts: Sequence[Text]
) -> dict[str, PassageNode]:
    """Passages of a question set with all their vectors, by the id of their text."""
    passages = [_passage(i, text) for i, text in enumerate(texts)]
    vectors = embedder.embed_passages([PassageText("", p.text, p.sentences) for p in passages])
    nodes: dict[str, PassageNode] = {}
    for text, passage, vector in zip(texts, passages, vectors, strict=True):
        node = PassageNode.from_passage(passage)
        node.embedding = vector.dense.tolist()
        node.sentence_vectors = vector.sentences
        node.sparse = encode_passage(passage.text)
        nodes[text.id] = node
    return nodes


def _passage(i: int, text: Text) -> Passage:
    return Passage(
        id=f"00000000-0000-0000-0000-{i:012d}",
        document_id=text.id,
        collection="benchmark",
        source=text.id,
        title="",
        language=text.language,
        text=text.text,
        ordinal=0,
        sentences=tuple(split_sentences(text.text)),
    )


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
