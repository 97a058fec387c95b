"""The gold of the shipped suites stands in the documents that they are about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from llama_index.core.schema import Document

from assistant.index.passage import PassageNode
from assistant.ingestion.metadata_keys import SIDECAR_SUFFIX
from evals.adapters import SHARED_DATA
from evals.check import check_index
from evals.dataset import load_suite
from evals.records import FoundPassage
from ingest.amendments import part_wordings
from ingest.metadata import read_sidecar, resolve, split_front_matter
from ingest.passages import PassageParser
from ingest.readers import read

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def samples() -> list[FoundPassage]:
    """The sample corpus as the ingestion job cuts it."""
    paths = [p for p in SAMPLES.iterdir() if not p.name.endswith(SIDECAR_SUFFIX)]
    return list(cut(sorted(paths)))


def cut(paths: Iterable[Path]) -> Iterator[FoundPassage]:
    for path in paths:
        source = read(path)
        stated, text = {}, source.text
        if source.markup == "markdown":
            stated, text = split_front_matter(text)
        metadata = resolve(path, stated | read_sidecar(path), text, source.title)
        values = {
            "document_id": str(uuid.uuid4()), "collection": "c", "source": path.name,
            "title": metadata.title, "language": metadata.language, "work_id": metadata.work_id,
            "content_hash": "h", "markup": source.markup,
            "page_starts": list(source.page_starts),
        }  # fmt: skip
        text = part_wordings(text) if source.markup == "markdown" else text
        for node in PassageParser()([Document(text=text, metadata=values)]):
            assert isinstance(node, PassageNode)
            passage = node.to_passage()
            yield FoundPassage.model_validate(
                vars(passage) | {"passage_id": passage.id, "headings": list(passage.headings)}
            )


@pytest.mark.parametrize("name", ["samples-core", "follow-ups", "attacks"])
def test_the_samples_have_the_gold_and_its_answers(name: str, samples: list[FoundPassage]) -> None:
    assert check_index(load_suite(name), samples) == []


@pytest.mark.shared_data
def test_the_statutes_have_the_gold_and_its_answers() -> None:
    corpus = SHARED_DATA / "corpus"
    if not corpus.is_dir():
        pytest.skip(f"{corpus} is not there")
    facts = load_suite("statutes")
    paths = [p for language in ("ko", "ar", "en") for p in sorted((corpus / language).glob("*.md"))]
    assert check_index(facts, list(cut(paths))) == []


@pytest.mark.shared_data
def test_the_articles_have_the_answers() -> None:
    seeds = SHARED_DATA / "seeds"
    if not seeds.is_dir():
        pytest.skip(f"{seeds} is not there")
    assert check_index(load_suite("articles"), list(cut(sorted(seeds.glob("*.txt"))))) == []
