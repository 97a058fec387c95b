"""The ingestion job: the index is in step with the files, whatever they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ingest.job
from assistant.codes import Fault, FileOutcome
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.sparse import encode_passage
from assistant.index.store import PassageStore
from assistant.ingestion.options import JobOptions
from assistant.ingestion.progress import Progress
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest.draft import Draft
from ingest.examine import Wanted
from ingest.job import IngestionJob
from ingest.readers import SourceText

Write = Callable[[str, str | bytes], Path]
GOOD = (
    "# Exchange\n\n## Article 1\n\nStudents apply in March.\n\n## Article 2\n\nThere is no fee.\n"
)


def texts(store: PassageStore) -> list[str]:
    return [node.text for node in store.select({})]


def test_a_new_file_is_added_with_all_its_passages(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    path = write("exchange.md", GOOD)
    (result,) = job.run([path]).files
    assert (result.outcome, result.passages, result.language) == (FileOutcome.ADDED, 2, "en")
    assert texts(store) == ["Students apply in March.", "There is no fee."]
    (record,) = registry.documents()
    assert (record.title, record.source, record.passages) == ("Exchange", "exchange.md", 2)


def test_the_same_file_twice_changes_nothing(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("exchange.md", GOOD)
    job.run([path])
    before = {node.node_id for node in store.select({})}
    report = job.run([path.parent, path])
    assert report.counts == {"unchanged": 1}
    assert report.passages == 0
    assert {node.node_id for node in store.select({})} == before


def test_a_changed_file_replaces_its_passages(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    job.run([write("exchange.md", GOOD)])
    report = job.run([write("exchange.md", GOOD.replace("March", "April"))])
    assert report.counts == {"updated": 1}
    assert texts(store) == ["Students apply in April.", "There is no fee."]


def test_a_changed_sidecar_changes_the_document(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("exchange.md", GOOD)
    job.run([path])
    write("exchange.meta.yaml", "title: Better title\nwork_id: exchange")
    assert job.run([path]).counts == {"updated": 1}
    assert {n.metadata["title"] for n in store.select({})} == {"Better title"}
    assert store.count({"work_id": ["exchange"]}) == 2


def test_a_document_that_moves_to_another_collection_is_not_in_two(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("a.md", "---\ncollection: one\n---\nSome text of a rule.")
    job.run([path])
    write("a.md", "---\ncollection: two\n---\nSome text of a rule.")
    job.run([path])
    assert store.count({"collection": ["one"]}) == 0
    assert store.count({"collection": ["two"]}) == 1
    assert store.count() == 1


def test_the_same_content_twice_is_indexed_once(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    first, second = write("a.md", GOOD), write("b.md", GOOD)
    report = job.run([first.parent])
    assert report.counts == {"added": 1, "duplicate": 1}
    assert str(first) in str(report.files[1].reason)
    assert store.count() == 2
    # When the first one goes away, the second takes its place.
    first.unlink()
    assert job.run([second]).counts == {"added": 1}
    assert {n.metadata["source"] for n in store.select({})} == {"b.md"}
    assert store.count() == 2


def test_a_renamed_and_replaced_file_loses_nothing(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("a.md", "The first rule.")
    job.run([path])
    path.rename(path.with_name("b.md"))
    write("a.md", "The second rule.")
    job.run([path.parent])
    by_source = {n.metadata["source"]: n.text for n in store.select({})}
    assert by_source == {"a.md": "The second rule.", "b.md": "The first rule."}


def test_files_that_swap_their_contents_are_both_updated(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    first, second = write("a.md", "The first rule."), write("b.md", "The second rule.")
    job.run([first.parent])
    write("a.md", "The second rule.")
    write("b.md", "The first rule.")
    assert job.run([second.parent]).counts == {"updated": 2}
    by_source = {n.metadata["source"]: n.text for n in store.select({})}
    assert by_source == {"a.md": "The second rule.", "b.md": "The first rule."}


def test_a_run_without_collection_leaves_other_collections_alone(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("p.md", "A rule for partners.")
    job.run([path], JobOptions(collection="partner"))
    assert job.run([path]).counts == {"added": 1}
    write("p.md", "A new rule for partners.")
    job.run([path])
    assert [n.text for n in store.select({"collection": ["partner"]})] == ["A rule for partners."]
    assert [n.text for n in store.select({"collection": ["default"]})] == [
        "A new rule for partners."
    ]


def test_an_index_restored_from_an_older_copy_is_noticed(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("a.md", "The old rule.")
    job.run([path])
    old = store.select({})[0]
    write("a.md", "The new rule.")
    job.run([path])
    new = store.select({})[0]
    old.embedding, old.sparse = [0.1] * 32, encode_passage(old.text)
    old.sentence_vectors = np.ones((1, 32), dtype=np.float32)
    store.upsert([old])
    store.delete_ids([new.node_id])
    assert job.run([path]).counts == {"updated": 1}
    assert texts(store) == ["The new rule."]


def test_a_failing_store_ends_the_job_and_blames_no_file(
    job: IngestionJob, store: PassageStore, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.md", "A rule.")
    job.run([path])

    def fail(*_: object) -> int:
        raise UnavailableError("The Qdrant server does not answer.")

    monkeypatch.setattr(type(store), "count", fail)
    with pytest.raises(UnavailableError, match="Qdrant"):
        job.run([path])


def test_a_killed_job_is_completed_by_the_next_one(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    """Killed after some passages were written and before the document was registered."""
    path = write("exchange.md", GOOD)
    job.run([path])
    (record,) = registry.documents()
    registry.delete(record.id)
    store.delete_ids([store.select({})[0].node_id])
    assert job.run([path]).counts == {"added": 1}
    assert texts(store) == ["Students apply in March.", "There is no fee."]


def test_a_lost_index_is_built_again(job: IngestionJob, store: PassageStore, write: Write) -> None:
    path = write("exchange.md", GOOD)
    job.run([path])
    store.clear()
    assert job.run([path]).counts == {"updated": 1}
    assert store.count() == 2


def test_bad_files_are_reported_and_the_rest_goes_on(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    good = write("good.md", GOOD)
    write("empty.md", "")
    write("broken.pdf", b"%PDF-1.7 broken")
    write("secret.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    write("comment.md", "<!-- nothing to read -->")
    write("notes.xyz", "passed over: an unknown kind in a folder")
    report = job.run([good.parent])
    failed = {Path(f.path).name: f.reason for f in report.files if f.outcome == FileOutcome.FAILED}
    assert set(failed) == {"empty.md", "broken.pdf", "secret.docx", "comment.md"}
    assert all(name in str(reason) for name, reason in failed.items())
    assert report.failed
    assert texts(store) == ["Students apply in March.", "There is no fee."]


def test_files_that_no_reader_gets_are_told_by_the_kind_of_their_fault(
    job: IngestionJob, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write("sidecar.md", GOOD).parent
    write("sidecar.meta.yaml", "- no mapping")
    write("odd.md", "A rule of its own.")
    write("gone.md", "A rule that nobody may read.")
    Path(os.fsdecode(os.fsencode(folder) + b"/name\xff.md")).write_text("A rule.")
    prepare = ingest.job.draft

    def draft(wanted: Wanted, source: SourceText, *others: Any) -> Draft:
        if wanted.candidate.source == "odd.md":
            raise ZeroDivisionError
        if wanted.candidate.source == "gone.md":
            raise PermissionError(13, "Permission denied")
        return prepare(wanted, source, *others)

    monkeypatch.setattr(ingest.job, "draft", draft)
    told = {
        Path(result.path).name: (result.fault, result.reason) for result in job.run([folder]).files
    }
    assert told == {
        "sidecar.md": (
            Fault.BAD_METADATA,
            "sidecar.meta.yaml is not a YAML mapping of names to values.",
        ),
        "odd.md": (Fault.INTERNAL, "odd.md cannot be ingested: ZeroDivisionError: "),
        "gone.md": (Fault.INACCESSIBLE, "gone.md cannot be read: Permission denied"),
        "name\ufffd.md": (Fault.BAD_NAME, "name\ufffd.md is no UTF-8 name."),
    }


def test_a_file_that_becomes_unreadable_keeps_its_old_passages(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("exchange.md", GOOD)
    job.run([path])
    write("exchange.md", b"%PDF-1.7 not Markdown any more")
    assert job.run([path]).counts == {"failed": 1}
    assert texts(store) == ["Students apply in March.", "There is no fee."]


def test_a_missing_path_is_told_before_anything_is_done(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    good = write("good.md", GOOD)
    with pytest.raises(InvalidInputError, match=r"nowhere\.md does not exist"):
        job.run([good, good.with_name("nowhere.md")])
    assert store.count() == 0


def test_a_200_mb_file_is_refused(job: IngestionJob, write: Write) -> None:
    path = write("huge.txt", "x")
    with path.open("r+b") as file:
        file.truncate(200 * 2**20)
    (result,) = job.run([path]).files
    assert result.outcome == FileOutcome.FAILED
    assert "200 MiB, more than the 100 MiB" in str(result.reason)
    assert "TRILOGUE_MAX_FILE_BYTES" in str(result.reason)


def test_links_and_hidden_files_in_a_folder_are_not_followed(
    job: IngestionJob, store: PassageStore, write: Write, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("A secret outside of the folder.")
    good = write("good.md", GOOD)
    write(".hidden.md", "hidden text")
    os.symlink(outside, good.parent / "link.md")
    os.symlink(tmp_path, good.parent / "folder")
    assert job.run([good.parent]).counts == {"added": 1}
    assert not any("secret" in text for text in texts(store))


def test_names_in_every_script_are_kept(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    names = {"고등교육법.md", "نظام العمل.md", "a b;c$(x)'\".md", "émoji 🎓.md"}
    for i, name in enumerate(names):
        write(name, f"Rule number {i} says something.")
    folder = write("last.md", "The last rule of all.").parent
    assert job.run([folder]).counts == {"added": 5}
    assert {n.metadata["source"] for n in store.select({})} == names | {"last.md"}


def test_progress_ends_at_the_number_of_files(job: IngestionJob, write: Write) -> None:
    folder = write("a.md", GOOD).parent
    write("b.md", "Another rule.")
    seen: list[Progress] = []
    job.run([folder], watch=seen.append)
    assert (seen[0].files, seen[0].files_total, seen[0].bytes) == (0, 2, 0)
    assert [p.result.path for p in seen if p.result] == [str(folder / "a.md"), str(folder / "b.md")]
    last = seen[-1]
    assert (last.files, last.bytes, last.passages) == (2, last.bytes_total, 3)


def test_the_collection_comes_from_the_call_the_document_or_the_settings(
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
    write: Write,
) -> None:
    job = IngestionJob(settings, store, registry, tiny_embedder)
    stated = write("a.md", "---\ncollection: stated\n---\nText of a rule.")
    plain = write("b.md", "Text of another rule.")
    job.run([stated, plain])
    job.run([plain], JobOptions(collection="asked"))
    assert {r.collection for r in registry.documents()} == {"stated", "default", "asked"}
