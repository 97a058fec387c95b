"""How fast documents come into the index, and what memory that takes.

``python benchmarks/ingestion.py [throughput] [formats] [memory] [large]``; all by default.
Ratios are taken against a baseline in the same run: absolute numbers depend on the machine.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from llama_index.core import SimpleDirectoryReader
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.vector_stores import SimpleVectorStore

from assistant.index.open import open_store
from assistant.ingestion.report import Report
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob
from ingest.readers import read

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "ingest")]


def _job(folder: Path, embedder: SentenceTransformerEmbedder) -> tuple[IngestionJob, Settings]:
    settings = Settings(data_dir=folder, _env_file=None)
    store = open_store(settings, embedder)
    return IngestionJob(
        settings, store, DocumentRegistry(Database(settings.database)), embedder
    ), settings


def throughput() -> None:
    """End to end, against the bare model and against llama-index's default pipeline."""
    embedder = load_embedder(Settings(_env_file=None))
    embedder.embed_queries(["warm up"])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        store = open_store(settings, embedder)
        job = IngestionJob(settings, store, DocumentRegistry(Database(settings.database)), embedder)
        first = job.run([SAMPLES])
        again = job.run([SAMPLES])
        passages = [node.to_passage() for node in store.select({})]
        store.close()
    rate = first.passages / first.seconds
    texts = [embedder.passage_input(p.heading_path, p.text) for p in passages]
    began = time.perf_counter()
    embedder._model.encode(texts, prompt="", batch_size=32, show_progress_bar=False)
    bare = len(texts) / (time.perf_counter() - began)
    print(
        f"throughput: {len(first.files) / first.seconds:.2f} documents/s, {rate:.1f} passages/s "
        f"with sentence and sparse vectors; bare encode {bare:.1f} texts/s, ratio "
        f"{rate / bare:.2f} (wanted 0.90); unchanged corpus {first.seconds / again.seconds:.0f} "
        "times faster (wanted 100)"
    )
    seconds, nodes = _llama_index(embedder)
    characters = sum(len(p.text) for p in passages)
    print(
        f"llama-index's default pipeline over the Markdown samples: {nodes / seconds:.1f} chunks/s "
        f"in {seconds:.1f} s, dense vectors only, no articles, no citations; ours over all "
        f"samples: {characters / first.seconds:,.0f} characters/s"
    )


def _llama_index(embedder: SentenceTransformerEmbedder) -> tuple[float, int]:
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(), embedder], vector_store=SimpleVectorStore()
    )
    began = time.perf_counter()
    documents = SimpleDirectoryReader(str(SAMPLES), required_exts=[".md"]).load_data()
    nodes = pipeline.run(documents=documents)
    return time.perf_counter() - began, len(nodes)


def formats() -> None:
    """Reading alone, by format, in this process: files and characters a second."""
    files: dict[str, list[Path]] = defaultdict(list)
    for path in [*SAMPLES.iterdir(), *(ROOT / "tests" / "ingest" / "files").iterdir()]:
        if not path.name.endswith(".yaml"):
            files[path.suffix].append(path)
    for suffix, paths in sorted(files.items()):
        for path in paths:
            read(path)  # imports
        began, characters, rounds = time.perf_counter(), 0, 0
        while (spent := time.perf_counter() - began) < 1:
            characters += sum(len(read(path).text) for path in paths)
            rounds += 1
        files_a_second = rounds * len(paths) / spent
        print(f"reading {suffix}: {files_a_second:,.0f} files/s, {characters / spent:,.0f} chars/s")


def _peak_of(command: list[str]) -> tuple[float, str]:
    """Peak memory in MiB and the output of a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak > before, "a larger process ran before: start this part by itself"
    return peak / 1024, run.stdout.strip()


def _with_tiny_model(make: Callable[[Path], None]) -> Report:
    from tiny_model import build_tiny_model

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        make(folder / "files")
        settings = Settings(
            data_dir=folder / "data", embedder=str(build_tiny_model(folder / "m")), _env_file=None
        )
        embedder = load_embedder(settings)
        job, _ = _job(settings.data_dir, embedder)
        return job.run([folder / "files"])


def many(count: int) -> None:
    """One job over many small files, with a tiny model: what the job itself costs."""

    def make(folder: Path) -> None:
        for i in range(count):
            body = "\n\n".join(f"## Article {j}\n\nRule {j} of document {i}." for j in range(3))
            (folder / f"{i}.md").write_text(f"# Document {i}\n\n{body}\n")

    report = _with_tiny_model(make)
    print(f"{count / report.seconds:.0f} documents/s, {report.counts}")


def memory() -> None:
    """Peak memory at 100 and at 10,000 documents."""
    small, told = _peak_of([sys.executable, __file__, "many:100"])
    large, told_large = _peak_of([sys.executable, __file__, "many:10000"])
    print(
        f"memory: 100 documents {small:.0f} MiB ({told}); 10,000 documents {large:.0f} MiB "
        f"({told_large}): {large - small:.0f} MiB more (wanted below 300)"
    )


def book(pages: int) -> None:
    """One PDF of many pages, with a tiny model."""
    from pdf_files import make_pdf

    def make(folder: Path) -> None:
        line = "Students apply in March and the office decides within thirty days of it."
        content = [[f"Article {i}", *([line] * 40), f"- {i + 1} -"] for i in range(pages)]
        (folder / "book.pdf").write_bytes(make_pdf(content))

    report = _with_tiny_model(make)
    print(f"{report.passages} passages in {report.seconds:.1f} s")


def large() -> None:
    """Peak memory of a PDF of 500 pages, against one of 5."""
    small, _ = _peak_of([sys.executable, __file__, "book:5"])
    big, told = _peak_of([sys.executable, __file__, "book:500"])
    print(f"large: 500 pages {big:.0f} MiB ({told}), {big - small:.0f} MiB more than 5 pages")


if __name__ == "__main__":
    parts: dict[str, Callable[[], None]] = {
        "throughput": throughput,
        "formats": formats,
        "memory": memory,
        "large": large,
    }
    for argument in sys.argv[1:] or list(parts):
        name, _, number = argument.partition(":")
        if number:
            {"many": many, "book": book}[name](int(number))
        else:
            parts[name]()
