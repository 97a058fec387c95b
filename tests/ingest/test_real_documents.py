"""Real statutes, laws and policies, where ``../shared/data`` is there."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import regex
from llama_index.core.schema import Document

from assistant.index.passage import Passage, PassageNode
from ingest.metadata import resolve, split_front_matter
from ingest.passages import PassageParser
from ingest.readers import read

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there"),
]

# How the documents themselves number their articles.
ARTICLES = {
    "ko": regex.compile(r"^#+\s*(제\d+조(?:의\d+)?)", regex.MULTILINE),
    "ar": regex.compile(r"^#+\s*(المادة[^\n:]*?)\s*:?\s*$", regex.MULTILINE),
}


def cut(path: Path) -> list[Passage]:
    source = read(path)
    stated, text = split_front_matter(source.text)
    metadata = resolve(path, stated, text, None)
    document = Document(text=text)
    document.metadata |= {
        "markup": source.markup,
        "document_id": str(uuid.uuid4()),
        "collection": "c",
        "source": path.name,
        "title": metadata.title,
        "language": metadata.language,
        "work_id": None,
        "content_hash": "h",
    }
    nodes = PassageParser()([document])
    return [node.to_passage() for node in nodes if isinstance(node, PassageNode)]


@pytest.mark.parametrize("language", ["ko", "ar"])
def test_the_articles_of_real_laws_are_found_by_their_own_numbers(language: str) -> None:
    expected, found = 0, 0
    for path in sorted((DATA / "corpus" / language).glob("*.md")):
        numbers = set(ARTICLES[language].findall(path.read_text("utf-8")))
        locators = {passage.locator for passage in cut(path)}
        expected += len(numbers)
        found += len(numbers & locators)
    assert expected > 300
    assert found / expected >= 0.99, f"{found} of {expected}"


def test_every_kind_of_real_document_gives_passages_in_its_language() -> None:
    for path in sorted((DATA / "corpus").rglob("*.*")):
        passages = cut(path)
        assert passages, path.name
        folder = path.parent.name
        language = folder if folder != "parallel" else path.stem.rsplit(".", 1)[1]
        assert {p.language for p in passages} == {language}, path.name


#: How many lines of each scraped page are no part of its article.
LEFT_OUT = {"000": 5, "001": 0, "002": 24, "003": 15, "004": 2}
CONTROLS = regex.compile(
    r"skip to content|read also|leave a reply|shopping cart|table of contents|spread the love"
    r"|min read|required fields|\d%$|(?-i:^by )|siden$",
    regex.IGNORECASE | regex.MULTILINE,
)


def test_scraped_articles_yield_their_main_text_and_nothing_else(
    subtests: pytest.Subtests,
) -> None:
    paths = sorted((DATA / "seeds").glob("*.txt"))
    assert len(paths) == 5
    for path in paths:
        with subtests.test(page=path.name):
            source = read(path)
            kept = [line.strip() for line in source.text.split("\n") if line.strip()]
            page = [line.strip() for line in path.read_text("utf-8").split("\n")]
            sentences = [line for line in page if regex.search(r".{80}(?<!\.)[.?]$", line)]
            assert [line for line in kept if line in sentences] == sentences, "nothing is lost"
            assert not CONTROLS.search(source.text)
            # A headline may stand above another one; a menu has three short lines or more.
            short = "".join("s" if len(line) < 50 else "l" for line in kept)
            assert "sss" not in short
            left_out = sum(int(remark.detail.split()[0]) for remark in source.remarks)
            assert left_out == LEFT_OUT[path.name[:3]]
            assert cut(path)
