"""Every visible letter of a file is in a passage, or the report says which is not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from epub_files import make_epub
from llama_index.core.schema import Document
from pdf_files import make_pdf

import ingest.reading
from assistant.codes import Fault, FileOutcome, RemarkKind
from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.ingestion.options import JobOptions
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.documents import DocumentLedger
from assistant.storage.registry import DocumentRegistry
from ingest.amendments import part_wordings
from ingest.coverage import Coverage, compare, coverage
from ingest.formats import BY_SUFFIX
from ingest.job import IngestionJob
from ingest.metadata import resolve, split_front_matter
from ingest.passages import PassageParser
from ingest.readers import Limits, SourceText
from ingest.reading import read_twice

Write = Callable[[str, str | bytes], Path]
ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
ENOUGH = 0.995
ARTICLES = [
    "Article 1\n\nMembers may borrow six books for the length of one term.",
    "제2조(연체)\n\n늦게 돌려준 날마다 책 한 권에 백원씩 낸다.",
    "المادة الثالثة\n\nيدفع العضو ثمن الكتاب الذي فقده خلال ثلاثين يومًا.",
]


def read(path: Path) -> SourceText:
    """What a job reads of a file."""
    return read_twice(path, Limits())


def covered(source: SourceText, name: str = "file") -> Coverage | None:
    """How much of what was read is in passages."""
    is_markdown = source.markup == "markdown"
    text = split_front_matter(source.text)[1] if is_markdown else source.text
    metadata = resolve(Path(name), {}, text, source.title)
    document = Document(text=part_wordings(text) if is_markdown else text)
    document.metadata |= {
        "document_id": str(uuid.uuid4()),
        "collection": "c",
        "source": name,
        "title": metadata.title,
        "language": metadata.language,
        "work_id": None,
        "content_hash": "h",
        "markup": source.markup,
        "page_starts": list(source.page_starts),
    }
    nodes = PassageParser()([document])
    passages = [node.to_passage() for node in nodes if isinstance(node, PassageNode)]
    return coverage(source, passages, metadata.title)


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in BY_SUFFIX and p.name != "README.md")


@pytest.mark.parametrize("path", _files(ROOT / "samples"), ids=lambda path: path.name)
def test_all_of_each_sample_is_in_passages(path: Path) -> None:
    found = covered(read(path), path.name)
    assert found is not None
    assert found.share >= ENOUGH, found.remark()


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there")
@pytest.mark.parametrize("folder", ["corpus", "seeds", "reports"])
def test_all_of_each_real_document_is_in_passages(folder: str, subtests: pytest.Subtests) -> None:
    for path in _files(DATA / folder):
        with subtests.test(file=path.name):
            found = covered(read(path), path.name)
            assert found is not None
            assert found.share >= ENOUGH, found.remark()


@pytest.mark.parametrize("lost", range(3))
def test_a_paragraph_that_a_reader_drops_is_noticed_with_its_place(write: Write, lost: int) -> None:
    source = read(write("rules.txt", "\n\n".join(ARTICLES * 20)))
    assert covered(source) == Coverage(1.0)
    paragraph = ARTICLES[lost].split("\n\n")[1]
    dropped = replace(source, text=source.text.replace(paragraph, ""))
    found = covered(dropped)
    assert found is not None
    assert found.share < ENOUGH
    remark = found.remark()
    assert remark is not None
    assert remark.kind == RemarkKind.MISSING
    assert " ".join(paragraph.split()[:3]) in remark.detail


def test_a_page_is_named_and_one_of_many_equal_words_is_missed(write: Write) -> None:
    halls = ["North", "South", "East", "West"]
    pages = [[f"{hall} Hall", f"In the {hall} Hall the fee is {i}00 euros a term."] for i, hall in
             enumerate(halls, start=1)]  # fmt: skip
    source = read(write("fees.pdf", make_pdf(pages)))
    assert covered(source) == Coverage(1.0)
    found = covered(replace(source, text=source.text.replace("the fee is 300 euros", "")))
    assert found is not None
    remark = found.remark()
    assert remark is not None
    assert remark.pages == [3]
    assert "“300”" in remark.detail  # the other words stand on other pages in the same order


@pytest.mark.parametrize(
    ("shown", "kept", "share"),
    [
        ("inter-\nnational rules", "international rules", 1.0),
        ("대학의 위원\n회가 정한다", "대학의 위원회가 정한다", 1.0),
        ("ﺍﻟﻤﺎﺩﺓ الأولى", "الأولى المادة", 1.0),
        ("المَــادَّةُ", "المادة", 1.0),
        ("ةداملا ىلوألا", "المادة الأولى", 1.0),
        ("① 이만원", "1 이만원", 1.0),
        ("b c a", "a b c", 1.0),
        ("fee 20 fee 20", "fee 20", 0.5),
        ("abcd efgh", "abcd", 0.5),
        ("", "a", 1.0),
        ("a", "", 0.0),
    ],
)
def test_words_are_compared_however_they_are_cut_ordered_and_written(
    shown: str, kept: str, share: float
) -> None:
    assert compare([shown], [kept]).share == share


def test_a_long_document_takes_time_in_proportion(write: Write) -> None:
    words = [f"word{i} of the {i % 7}" for i in range(60_000)]
    found = compare([" ".join(words)], [" ".join(words[:30_000] + words[30_010:])])
    assert 0.9997 < found.share < 0.9999
    assert len(found.missing) < 30


@pytest.mark.parametrize("suffix", ["md", "html", "csv", "epub", "txt"])
def test_what_is_left_out_on_purpose_or_not_shown_is_not_missing(
    write: Write, tmp_path: Path, suffix: str
) -> None:
    body = (
        "<nav><a href='/'>Home</a></nav><h1>Loans</h1><!-- a note --><script>var code;</script>"
        "<p>Six <del>seven</del> books &amp; more.</p><p hidden>Draft</p>"
    )
    if suffix == "epub":
        path = make_epub(tmp_path / "b.epub", body.replace("hidden", 'hidden="hidden"'))
    else:
        texts = {
            "md": '---\ntitle: T\n---\n# Loans\n\nSix [books](http://example.org "x").<br>'
            "<!-- a note -->\n\n| a | b |\n|---|---|\n|  | 41 |\n\n<Annex> is a word.\n",
            "html": f"<html><head><title>T</title></head><body>{body}</body></html>",
            "csv": "Kind,Fee\nBook,\n,20\n",
            "txt": "Skip to content\n\nShopping Cart\n\nLoans are free.\n\nLeave a Reply\n\nName",
        }
        path = write(f"page.{suffix}", texts[suffix])
    assert covered(read(path)) == Coverage(1.0)


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that drops a third of the text."""

    class Losing(ingest.reading.ReadingPool):
        def result(self, *args: Any) -> SourceText:
            source = super().result(*args)
            return replace(source, text=source.text.replace(ARTICLES[1], ""))

    monkeypatch.setattr(ingest.reading, "ReadingPool", Losing)


@pytest.mark.usefixtures("losing")
def test_a_file_of_which_much_would_be_lost_is_refused_unless_that_is_accepted(
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
    write: Write,
) -> None:
    path = write("rules.txt", "\n\n".join(ARTICLES))
    job = IngestionJob(settings, store, registry, tiny_embedder)
    (refused,) = job.run([path]).files
    assert (refused.outcome, refused.fault) == (FileOutcome.FAILED, Fault.INCOMPLETE)
    assert "늦게 돌려준" in str(refused.reason)
    assert "--accept-losses" in str(refused.reason)
    (taken,) = job.run([path], JobOptions(accept_losses=True)).files
    assert taken.outcome == FileOutcome.ADDED
    details = DocumentLedger(registry).details(str(taken.document_id))
    assert details is not None
    assert 0.5 < details.quality["coverage"] < 0.95
    assert details.quality["remarks"][0]["kind"] == "missing"
    lenient = settings.model_copy(update={"min_coverage": 0.5})
    other = write("other.txt", "\n\n".join(reversed(ARTICLES)))
    (taken,) = IngestionJob(lenient, store, registry, tiny_embedder).run([other]).files
    assert taken.outcome == FileOutcome.ADDED


def test_a_column_without_values_keeps_its_name(tmp_path: Path) -> None:
    sheet = tmp_path / "fees.csv"
    sheet.write_text("Course,Fee,Refund\nSummer,20,\nWinter,30,\n", "utf-8")
    text = read_twice(sheet, Limits()).text
    assert "- Course: Summer; Fee: 20" in text
    assert "- Refund: –" in text
