"""What an index of a million passages costs in Qdrant Edge, and what quantizing it saves.

    python benchmarks/hub.py FOLDER [--passages 1000000] [--layouts none,int8,binary+all]
    python benchmarks/hub.py FOLDER --tenants

Builds an index of synthetic passages for each layout, in batches: run again after an interruption,
it goes on with the batch where it was. Then a process of its own for each layout opens the index
and searches. FOLDER keeps indexes and figures; the tables have ratios against the first row.

Passages stand in clusters of fifty, as those of a document do: a cluster has a random unit vector
as its centre, and a passage is its centre and noise of 0.7 times the centre's length in all
dimensions, which makes two passages of a cluster as near (cosine of 0.67) as two articles of a law.
A question is a passage with noise of half its length. Noise that is the same in all dimensions is
harder for a graph and for short vectors than a real embedder's: recall is a lower bound. Clusters
go to the collections in turn. Terms are drawn by Zipf's law.

The time to open is with the system's cache as it is. Memory is what opening and searching add:
``rss`` with the files' pages that are in it, ``anonymous`` without. Recall@10 is against an exact
search by numpy over the same vectors, without Qdrant.

``--tenants`` compares one index with a tenant index over its collections with a folder for each.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from assistant.index.edge import EdgePassageStore
from assistant.index.layout import IndexLayout
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.sparse import SparseVector
from assistant.index.store import PassageStore, Query

Floats = NDArray[np.float32]

BATCH = 1000
CLUSTER = 50
NOISE = 0.7
ASKED_NOISE = 0.5
TERMS = 40
VOCABULARY = 50_000
#: Collections of which one reader may see several.
SEVERAL = 5
LANGUAGES = ("ko", "ar", "en")


@dataclass(frozen=True)
class Corpus:
    """Synthetic passages; each batch can be made by itself, always the same.

    Attributes:
        passages, collections: How many there are.
        dimensions: Length of a vector.
        sentences: Sentence vectors of a passage.
        questions: How many are asked.
    """

    passages: int
    collections: int
    dimensions: int
    sentences: int
    questions: int

    def centres(self) -> Floats:
        """The clusters' centres, of shape ``(clusters, dimensions)``."""
        clusters = -(-self.passages // CLUSTER)
        random = np.random.default_rng(0)
        return _unit(random.standard_normal((clusters, self.dimensions), dtype=np.float32))

    def vectors(self, start: int, centres: Floats) -> Floats:
        """Vectors of the batch that begins at ``start``."""
        numbers = np.arange(start, min(start + BATCH, self.passages))
        return _near(centres[numbers // CLUSTER], NOISE, np.random.default_rng([1, start]))

    def collection(self, number: int) -> int:
        """Which collection a passage is in."""
        return number // CLUSTER % self.collections

    def batch(self, start: int, centres: Floats) -> list[PassageNode]:
        """The passages of a batch with all their vectors."""
        random = np.random.default_rng([2, start])
        vectors = self.vectors(start, centres)
        return [self._node(start + i, vector, random) for i, vector in enumerate(vectors)]

    def _node(self, number: int, vector: Floats, random: np.random.Generator) -> PassageNode:
        passage = Passage(
            id=str(uuid.UUID(int=number)),
            document_id=str(uuid.UUID(int=number // CLUSTER)),
            collection=f"collection-{self.collection(number)}",
            source=f"{number // CLUSTER}.md",
            title=f"Policy {number // CLUSTER}",
            language=LANGUAGES[number % 3],  # type: ignore[arg-type]
            text=f"Passage {number}. " + "All students of the university pay the fee. " * 8,
            ordinal=number % CLUSTER,
            content_hash=f"{number // CLUSTER:064x}",
        )
        node = PassageNode.from_passage(passage)
        node.embedding = vector.tolist()
        node.sentence_vectors = _near(np.tile(vector, (self.sentences, 1)), 0.5, random)
        terms = np.unique(np.minimum(random.zipf(1.3, TERMS), VOCABULARY))
        node.sparse = SparseVector(terms.tolist(), [1.0] * len(terms))
        return node

    def asked(self, centres: Floats) -> tuple[Floats, list[int]]:
        """Vectors of questions, and the collection that each is asked in."""
        random = np.random.default_rng(3)
        numbers = random.integers(self.passages, size=self.questions)
        near = [self.vectors(int(n) // BATCH * BATCH, centres)[int(n) % BATCH] for n in numbers]
        return _near(np.asarray(near), ASKED_NOISE, random), [
            self.collection(int(n)) for n in numbers
        ]


def _unit(vectors: Floats) -> Floats:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]


def _near(vectors: Floats, noise: float, random: np.random.Generator) -> Floats:
    """Unit vectors beside others: ``noise`` is its length against theirs."""
    spread = noise / np.sqrt(vectors.shape[1])
    return _unit(vectors + spread * random.standard_normal(vectors.shape, dtype=np.float32))


def layout_of(name: str) -> IndexLayout:
    """``int8``, or with what is on disk ``int8+vectors``."""
    quantization, _, on_disk = name.partition("+")
    return IndexLayout(quantization, on_disk or "nothing")  # type: ignore[arg-type]


def opened(folder: Path, corpus: Corpus, layout: IndexLayout) -> EdgePassageStore:
    """The index in a folder."""
    identity = IndexIdentity("synthetic", corpus.dimensions)
    return EdgePassageStore(folder, identity, layout)


def noted(file: Path, values: dict[str, Any]) -> dict[str, Any]:
    """Add figures to a file, and give all that it has."""
    figures = json.loads(file.read_text()) if file.exists() else {}
    figures |= values
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(figures, indent=1))
    draft.replace(file)
    return dict(figures)


def build(folder: Path, corpus: Corpus, name: str, figures: Path) -> None:
    """Write what is not there yet, then build the search structures."""
    centres = corpus.centres()
    seconds = noted(figures, {}).get("write_s", 0.0)
    with closing(opened(folder, corpus, layout_of(name))) as store:
        for start in range(store.count() // BATCH * BATCH, corpus.passages, BATCH):
            nodes = corpus.batch(start, centres)
            began = time.monotonic()
            store.upsert(nodes)
            seconds += time.monotonic() - began
            noted(figures, {"write_s": seconds})
            print(f"\r{name}: {start + len(nodes)} of {corpus.passages}", end="", flush=True)
        began = time.monotonic()
        store.optimize()
        noted(figures, {"optimize_s": time.monotonic() - began, "disk_mb": disk_mb(folder)})
    print(f"\r{name}: built" + " " * 30)


def disk_mb(folder: Path) -> float:
    """MiB that a folder takes on disk."""
    blocks = sum(p.stat().st_blocks for p in folder.rglob("*") if p.is_file())
    return blocks * 512 / 2**20


def exact(corpus: Corpus, folder: Path) -> dict[str, list[list[int]]]:
    """The ten nearest passages of each question: of all, and of its collection."""
    file = folder / "exact.json"
    if not file.exists():
        centres = corpus.centres()
        asked, within = corpus.asked(centres)
        best: dict[str, list[list[tuple[float, int]]]] = {
            kind: [[] for _ in within] for kind in ("all", "collection")
        }
        for start in range(0, corpus.passages, BATCH):
            vectors = corpus.vectors(start, centres)
            numbers = np.arange(start, start + len(vectors))
            groups = numbers // CLUSTER % corpus.collections
            for i, scores in enumerate(asked @ vectors.T):
                for kind, among in (("all", groups >= 0), ("collection", groups == within[i])):
                    found = zip(scores[among].tolist(), numbers[among].tolist(), strict=True)
                    best[kind][i] = sorted([*best[kind][i], *found], reverse=True)[:10]
        file.write_text(
            json.dumps({k: [[n for _, n in ten] for ten in v] for k, v in best.items()})
        )
    return dict(json.loads(file.read_text()))


def measure(folder: Path, corpus: Corpus, name: str, figures: Path) -> None:
    """Open the index in this process, which has done nothing else, and search."""
    right = exact(corpus, figures.parent)
    asked, within = corpus.asked(corpus.centres())
    process = psutil.Process()
    before = process.memory_info()
    began = time.monotonic()
    store = opened(folder, corpus, layout_of(name))
    found: dict[str, Any] = {"restart_s": time.monotonic() - began}
    for kind, filters in (
        ("all", lambda _: {}),
        ("collection", lambda i: {"collection": [f"collection-{within[i]}"]}),
    ):
        ms, hits = searched(store, asked, filters)
        found |= {f"{kind}_p50_ms": percentile(ms, 50), f"{kind}_p95_ms": percentile(ms, 95)}
        recalls = [
            len(set(ten) & set(truth)) / len(truth)
            for ten, truth in zip(hits, right[kind], strict=True)
        ]
        found[f"{kind}_recall"] = statistics.mean(recalls)
    ms, _ = searched(store, asked, lambda i: {"collection": [f"collection-{within[i]}"]}, True)
    found |= {"hybrid_p50_ms": percentile(ms, 50), "hybrid_p95_ms": percentile(ms, 95)}
    after = process.memory_info()
    anonymous = (after.rss - after.shared) - (before.rss - before.shared)
    found |= {"rss_mb": (after.rss - before.rss) / 2**20, "anonymous_mb": anonymous / 2**20}
    store.close()
    noted(figures, found)


def searched(
    store: PassageStore,
    asked: Floats,
    filters: Callable[[int], dict[str, list[Any]]],
    hybrid: bool = False,
) -> tuple[list[float], list[list[int]]]:
    """Milliseconds of each question, and the numbers of the passages that were found."""
    random = np.random.default_rng(4)
    took, found = [], []
    for i, vector in enumerate(asked):
        terms = np.unique(np.minimum(random.zipf(1.3, 6), VOCABULARY)).tolist()
        sparse = SparseVector(terms, [1.0 / len(terms)] * len(terms)) if hybrid else None
        query = Query(vector.tolist(), sparse, 10, filters(i))
        began = time.perf_counter()
        hits = store.search(query)
        took.append(1000 * (time.perf_counter() - began))
        found.append([uuid.UUID(hit.node_id).int for hit, _ in hits])
    return took, found


def percentile(values: list[float], share: int) -> float:
    """Of values."""
    return float(np.percentile(values, share))


def alone(step: Callable[..., None], *arguments: Any) -> None:
    """Run a step in a process of its own, so that memory is its own, too."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        pool.submit(step, *arguments).result()


def tenants(folder: Path, corpus: Corpus) -> dict[str, dict[str, Any]]:
    """One index with all collections against one folder for each."""
    together, apart = folder / "together", folder / "apart"
    centres = corpus.centres()
    asked, within = corpus.asked(centres)
    rows: dict[str, dict[str, Any]] = {}
    for name in ("one index", "a folder each"):
        one = name == "one index"
        folders = [together] if one else [apart / str(i) for i in range(corpus.collections)]
        began = time.monotonic()
        with ExitStack() as stack:
            stores = [
                stack.enter_context(closing(opened(f, corpus, layout_of("none")))) for f in folders
            ]
            for start in range(0, corpus.passages, BATCH):
                for store, nodes in _parted(corpus.batch(start, centres), stores):
                    store.upsert(nodes)
            for store in stores:
                store.optimize()
        rows[name] = {"build_s": time.monotonic() - began}
        rows[name]["disk_mb"] = disk_mb(together if one else apart)
        before, began = psutil.Process().memory_info().rss, time.monotonic()
        with ExitStack() as stack:
            stores = [
                stack.enter_context(closing(opened(f, corpus, layout_of("none")))) for f in folders
            ]
            rows[name]["restart_s"] = time.monotonic() - began
            for several in (1, SEVERAL):
                ms = [
                    _asked_in(
                        stores,
                        vector.tolist(),
                        [(group + j) % corpus.collections for j in range(several)],
                    )
                    for vector, group in zip(asked, within, strict=True)
                ]
                rows[name] |= {
                    f"{several}_p50_ms": percentile(ms, 50),
                    f"{several}_p95_ms": percentile(ms, 95),
                }
            rows[name]["rss_mb"] = (psutil.Process().memory_info().rss - before) / 2**20
    return rows


def _parted(
    nodes: list[PassageNode], stores: list[EdgePassageStore]
) -> Iterator[tuple[PassageStore, list[PassageNode]]]:
    """Which passages go to which store."""
    if len(stores) == 1:
        yield stores[0], nodes
        return
    for i, store in enumerate(stores):
        yield store, [n for n in nodes if n.metadata["collection"] == f"collection-{i}"]


def _asked_in(stores: list[EdgePassageStore], vector: list[float], groups: list[int]) -> float:
    """Milliseconds of a search in some collections."""
    began = time.perf_counter()
    if len(stores) == 1:
        stores[0].search(
            Query(vector, None, 10, {"collection": [f"collection-{g}" for g in groups]})
        )
    else:
        hits = [hit for g in groups for hit in stores[g].search(Query(vector, None, 10, {}))]
        hits.sort(key=lambda hit: -hit[1])
    return 1000 * (time.perf_counter() - began)


def print_table(rows: dict[str, dict[str, Any]]) -> None:
    """Figures, and how many times the first row's each is; of recall the share itself."""
    first = next(iter(rows.values()))
    for figure in first:
        cells = [
            f"{row[figure]:10.3f}"
            + ("       " if "recall" in figure else f" {row[figure] / (first[figure] or 1):5.2f}x")
            for row in rows.values()
        ]
        print(f"{figure:20}", *cells)
    print(f"{'':20}", *(f"{name:>17}" for name in rows))


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--collections", type=int, default=100)
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--sentences", type=int, default=3)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--layouts", default="none,int8,int8+vectors,binary+all")
    parser.add_argument("--tenants", action="store_true")
    args = parser.parse_args()
    corpus = Corpus(
        args.passages, args.collections, args.dimensions, args.sentences, args.questions
    )
    folder: Path = args.folder
    folder.mkdir(parents=True, exist_ok=True)
    same = noted(folder / "corpus.json", {}) or noted(folder / "corpus.json", asdict(corpus))
    if same != asdict(corpus):
        raise SystemExit(f"{folder} has another corpus: {same}. Name another folder.")
    print(f"{corpus.passages} passages, {os.cpu_count()} cores")
    if args.tenants:
        print_table(tenants(folder, corpus))
        return
    rows = {}
    for name in args.layouts.split(","):
        figures = folder / f"{name}.json"
        if "disk_mb" not in noted(figures, {}):
            alone(build, folder / name, corpus, name, figures)
        if "rss_mb" not in noted(figures, {}):
            exact(corpus, folder)
            alone(measure, folder / name, corpus, name, figures)
        rows[name] = noted(figures, {})
    print_table(rows)


if __name__ == "__main__":
    main()
