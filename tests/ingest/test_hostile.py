"""Hostile and broken files: each is reported with its reason, and the rest of the job goes on."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import FAULTS, HOSTILE

from assistant.codes import Fault, FileOutcome
from assistant.index.store import PassageStore
from assistant.ingestion.report import Report
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest.errors import UnreadableFileError
from ingest.job import IngestionJob
from ingest.readers import Limits, SourceText
from ingest.reading import ReadingPool

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def report(
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
    write: Write,
) -> Report:
    """A job over all hostile files, with a good one at each end, and small limits."""
    limits = {
        "max_unpacked_bytes": 20_000_000,
        "max_archive_files": 1000,
        "max_pdf_pages": 100,
        "read_seconds": 60.0,
    }
    for name, (content, _) in HOSTILE.items():
        write(name, content() if callable(content) else content)
    write("0 first.md", "The first rule is good.")
    folder = write("zz last.md", "The last rule is good.").parent
    job = IngestionJob(settings.model_copy(update=limits), store, registry, tiny_embedder)
    return job.run([folder])


def test_each_hostile_file_is_reported_with_its_reason(report: Report, store: PassageStore) -> None:
    assert len(HOSTILE) >= 60
    reasons: dict[str, list[str]] = {}
    for result in report.files:
        name = Path(result.path.split("!/", 1)[0]).name
        if result.outcome == FileOutcome.FAILED:
            reasons.setdefault(name, []).append(str(result.reason))
    wrong = {
        name: reasons.get(name)
        for name, (_, expected) in HOSTILE.items()
        if not any(re.search(expected, reason) for reason in reasons.get(name, ()))
    }
    assert wrong == {}
    assert all(name.split(".")[0] in " ".join(reasons[name]) for name in HOSTILE)
    good = {node.text for node in store.select({})}
    assert good == {"The first rule is good.", "The last rule is good."}
    assert report.counts == {"added": 2, "failed": len(report.files) - 2}


def test_each_hostile_file_is_told_by_the_kind_of_its_fault(report: Report) -> None:
    expected = {name: fault for fault, names in FAULTS.items() for name in names.split()}
    assert expected.keys() == HOSTILE.keys()
    told = {
        Path(result.path.split("!/", 1)[0]).name: result.fault
        for result in report.files
        if result.outcome == FileOutcome.FAILED
    }
    assert told == expected


def test_no_reason_tells_where_files_are(report: Report, tmp_path: Path) -> None:
    telling = [str(result.reason) for result in report.files if str(tmp_path) in str(result.reason)]
    assert telling == []


def test_nothing_leaves_an_archive(report: Report, tmp_path: Path) -> None:
    outside = [*tmp_path.rglob("up.md"), *tmp_path.rglob("back.md"), *Path("/etc").glob("root.md")]
    assert outside == []


def test_files_that_may_not_be_read_and_links_are_told_or_passed_over(
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
    write: Write,
    tmp_path: Path,
) -> None:
    (tmp_path / "outside.md").write_text("A secret.")
    folder = write("good.md", "A good rule.").parent
    os.symlink(tmp_path / "outside.md", folder / "link.md")
    os.symlink(folder, folder / "loop")
    os.mkfifo(folder / "pipe.md")
    job = IngestionJob(settings, store, registry, tiny_embedder)
    report = job.run([folder])
    assert report.counts == {"added": 1, "failed": 1}
    assert "pipe.md is no ordinary file" in str(report.files[1].reason)
    assert report.files[1].fault == Fault.INACCESSIBLE
    assert {node.text for node in store.select({})} == {"A good rule."}


def crash(path: Path, limits: Limits) -> SourceText:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def hang(path: Path, limits: Limits) -> SourceText:
    time.sleep(600)
    raise AssertionError


def devour(path: Path, limits: Limits) -> SourceText:
    return SourceText("x" * 2**33, "plain")


def recurse(path: Path, limits: Limits) -> SourceText:
    return recurse(path, limits)


def refuse(path: Path, limits: Limits) -> SourceText:
    raise UnreadableFileError(Fault.PROTECTED, f"{path.name} is locked.", "Unlock it.")


@pytest.mark.parametrize(
    ("reader", "message", "fault"),
    [
        (crash, "a.md made its reader crash", Fault.CRASHED),
        (hang, "takes more than 1 s", Fault.TOO_SLOW),
        (devour, "more memory", Fault.TOO_MUCH_MEMORY),
        (recurse, "RecursionError", Fault.CRASHED),
        (refuse, "a.md is locked. Unlock it.", Fault.PROTECTED),
    ],
)
def test_a_reader_that_goes_wrong_costs_its_file_alone(
    reader: Callable[[Path, Limits], SourceText], message: str, fault: Fault
) -> None:
    with (
        ReadingPool(1, 1.0, 2**32, Limits(), reader) as pool,
        pytest.raises(UnreadableFileError, match=message) as told,
    ):
        pool.result(pool.submit(Path("a.md")), "a.md")
    assert told.value.fault == fault
