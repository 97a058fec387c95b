"""Keeping an index in step: what is gone, what would change, which version is in force."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any, Literal

import pytest
from pdf_files import make_pdf
from sqlalchemy import event

from assistant.codes import Fault, FileOutcome, RemarkKind
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.passage import PassageNode
from assistant.index.sparse import encode_query
from assistant.index.store import PassageStore, Query
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.report import FileResult, Report
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.storage.documents import DocumentLedger
from assistant.storage.registry import DocumentRegistry
from ingest.dates import as_day
from ingest.job import IngestionJob, JobStoppedError
from ingest.metadata import parse_assignments, resolve
from ingest.quality import assess, remarks_of
from ingest.readers import Remark, read

Write = Callable[[str, str | bytes], Path]
PRUNE = JobOptions(prune=True)
DRY = JobOptions(dry_run=True)
RULES = "# Exchange\n\n## Article 1\n\nApply in March.\n\n## Article 2\n\nThere is no fee.\n"


def texts(store: PassageStore) -> list[str]:
    return sorted(node.text for node in store.select({}))


# What is gone


def test_documents_whose_files_are_gone_stay_until_they_are_pruned(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    folder = write("a.md", "The first rule.").parent
    gone = write("b.md", "The second rule.")
    job.run([folder])
    gone.unlink()
    assert job.run([folder]).counts == {"unchanged": 1}
    assert len(registry.documents()) == 2
    report = job.run([folder], PRUNE)
    assert report.counts == {"unchanged": 1, "removed": 1}
    assert report.files[1].path == str(gone)
    assert texts(store) == ["The first rule."]
    assert len(registry.documents()) == 1


def test_pruning_leaves_other_folders_and_other_collections_alone(
    job: IngestionJob, registry: DocumentRegistry, write: Write
) -> None:
    here = write("here/a.md", "Rule one.").parent
    there = write("there/b.md", "Rule two.")
    partner = write("here/c.md", "Rule three.")
    job.run([here, there])
    job.run([partner], JobOptions(collection="partner"))
    there.unlink()
    partner.unlink()
    assert job.run([here], PRUNE).counts == {"unchanged": 1, "removed": 1}
    assert {(r.collection, r.source) for r in registry.documents()} == {
        ("default", "a.md"),
        ("default", "b.md"),
        ("partner", "c.md"),
    }


def test_a_folder_that_has_become_empty_is_not_pruned(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    path = write("a.md", "The only rule.")
    job.run([path.parent])
    path.unlink()
    with pytest.raises(InvalidInputError, match="no document left"):
        job.run([path.parent], PRUNE)
    assert texts(store) == ["The only rule."]


def test_members_of_an_archive_that_cannot_be_opened_are_not_pruned(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    archive = write("all.zip", b"")
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("a.md", "A rule in an archive.")
    write("b.md", "A rule beside it.")
    job.run([archive.parent])
    archive.write_bytes(b"PK\x03\x04 damaged")
    assert job.run([archive.parent], PRUNE).counts == {"failed": 1, "unchanged": 1}
    assert len(texts(store)) == 2
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("c.md", "Another rule in the archive.")
    assert job.run([archive.parent], PRUNE).counts == {"added": 1, "unchanged": 1, "removed": 1}
    assert texts(store) == ["A rule beside it.", "Another rule in the archive."]


# What would change


def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    changed, gone = write("a.md", RULES), write("b.md", "A rule that goes.")
    job.run([changed.parent])
    before = texts(store)
    write("a.md", RULES.replace("March", "April").replace("## Article 2", "## Article 3"))
    write("c.md", "A rule that comes.")
    gone.unlink()
    report = job.run([changed.parent], JobOptions(dry_run=True, prune=True))
    assert report.counts == {"updated": 1, "added": 1, "removed": 1}
    assert [(c.locator, c.old, c.new) for c in report.files[0].changes] == [
        ("Article 1", "Apply in March.", "Apply in April."),
        ("Article 3", None, "There is no fee."),
        ("Article 2", "There is no fee.", None),
    ]
    assert texts(store) == before
    sent = json.dumps(report.to_json())
    assert json.dumps(Report.from_json(json.loads(sent)).to_json()) == sent


# What goes wrong on the way


def test_a_report_tells_the_kind_of_a_fault_and_an_older_one_is_read_without(
    job: IngestionJob, write: Write
) -> None:
    stored = json.loads(json.dumps(job.run([write("empty.md", "")]).to_json()))
    assert stored["files"][0]["fault"] == "empty"
    (result,) = Report.from_json(stored).files
    assert result.fault is Fault.EMPTY
    del stored["files"][0]["fault"]
    (older,) = Report.from_json(stored).files
    assert older == replace(result, fault=None)


def test_a_document_that_cannot_be_embedded_fails_alone(
    job: IngestionJob,
    store: PassageStore,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    embed = SentenceTransformerEmbedder.embed_passages

    def fail(self: SentenceTransformerEmbedder, passages: Any) -> Any:
        if any("poison" in passage.text for passage in passages):
            raise RuntimeError("out of memory")
        return embed(self, passages)

    monkeypatch.setattr(SentenceTransformerEmbedder, "embed_passages", fail)
    for name, text in (("a", "A rule."), ("b", "A poison."), ("c", "Another rule.")):
        folder = write(f"{name}.md", text).parent
    report = job.run([folder])
    assert [result.outcome for result in report.files] == [
        FileOutcome.ADDED,
        FileOutcome.FAILED,
        FileOutcome.ADDED,
    ]
    assert "b.md cannot be embedded: RuntimeError: out of memory" in str(report.files[1].reason)
    assert report.files[1].fault == Fault.INTERNAL
    assert texts(store) == ["A rule.", "Another rule."]


def test_a_job_that_is_stopped_goes_on_with_the_next_run(
    job: IngestionJob, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.job.WINDOW", 1)
    for i in range(6):
        folder = write(f"{i}.md", f"Rule {i} of all.").parent
    stop = Event()
    done: list[FileResult] = []

    def watch(progress: Any) -> None:
        if progress.result:
            done.append(progress.result)
            stop.set()

    with pytest.raises(JobStoppedError):
        job.run([folder], watch=watch, stop=stop)
    assert len(done) == 1
    assert job.run([folder]).counts == {"unchanged": 1, "added": 5}


def test_a_change_that_was_begun_is_taken_back_or_finished(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    """Killed after the new passages were written, before the registry knew of them."""
    job.run([write("a.md", "The old rule.")])
    (record,) = registry.documents()
    (old,) = store.select({})
    job.run([write("a.md", "The new rule.")])
    (new,) = registry.documents()
    assert new.content_hash != record.content_hash
    registry.save(record)  # the registry as it was before
    ledger = DocumentLedger(registry)
    ledger.begin([record.id])
    assert DocumentWriter(store, registry).recover() == 1
    assert store.count() == 0, "what the registry does not know goes"
    assert ledger.pending() == []
    write("a.md", "The old rule.")
    assert job.run([Path(record.origin)]).counts == {"updated": 1}
    assert [node.node_id for node in store.select({})] == [old.node_id]


def test_more_documents_are_deleted_than_a_database_takes_in_one_list(
    store: PassageStore, registry: DocumentRegistry
) -> None:
    @event.listens_for(registry.database.engine, "connect")
    def limit(connection: sqlite3.Connection, record: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 900)

    registry.database.engine.dispose()  # connections of before have the higher limit
    ids = [f"document-{number}" for number in range(1000)]
    ledger, writer = DocumentLedger(registry), DocumentWriter(store, registry)
    with pytest.raises(UnavailableError, match="too many SQL variables"):
        ledger.end(ids)
    writer.delete(ids)
    ledger.begin(ids)
    assert writer.recover() == len(ids)
    assert ledger.pending() == []


# Which version is in force


def found(store: PassageStore, day: int) -> set[str]:
    query = Query(None, encode_query("students pay rules"), 10, {}, in_force_on=day)
    return {node.metadata["source"] for node, _ in store.search(query)}


def version(day: str, text: str, **more: str) -> str:
    stated = {"work_id": "fees", "effective_from": day, **more}
    lines = "\n".join(f"{name}: {value}" for name, value in stated.items())
    return f"---\n{lines}\n---\n# Fees\n\n{text}\n"


def test_a_later_version_ends_the_one_before_it(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    folder = write("2024.md", version("2024-03-01", "Students pay 100 by these rules.")).parent
    job.run([folder])
    assert found(store, 20300101) == {"2024.md"}
    write("2026.md", version("2026-03-01", "Students pay 200 by these rules."))
    job.run([folder])
    assert found(store, 20230101) == set()
    assert found(store, 20250101) == {"2024.md"}
    assert found(store, 20260228) == {"2024.md"}
    assert found(store, 20260301) == {"2026.md"}
    write("2025.md", version("2025-03-01", "Students pay 150 by these rules."))
    job.run([folder])
    assert found(store, 20250101) == {"2024.md"}
    assert found(store, 20250301) == {"2025.md"}
    ledger = DocumentLedger(registry)
    ends = {r.source: ledger.details(r.id).effective_until for r in registry.documents()}
    assert ends == {"2024.md": 20250228, "2025.md": 20260228, "2026.md": None}


def test_when_the_latest_version_goes_the_one_before_it_is_in_force_again(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    folder = write("2024.md", version("2024-03-01", "Students pay 100 by these rules.")).parent
    write("2026.md", version("2026-03-01", "Students pay 200 by these rules."))
    job.run([folder])
    (latest,) = [r.id for r in registry.documents() if r.source == "2026.md"]
    DocumentWriter(store, registry).delete([latest])
    assert found(store, 20300101) == {"2024.md"}
    assert DocumentLedger(registry).pending() == []


def test_a_version_whose_work_is_corrected_ends_no_other_one(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    folder = write("2024.md", version("2024-03-01", "Students pay 100 by these rules.")).parent
    later = version("2026-03-01", "Students pay 200 by these rules.")
    write("2026.md", later)
    job.run([folder])
    assert found(store, 20300101) == {"2026.md"}
    write("2026.md", later.replace("work_id: fees", "work_id: housing"))
    job.run([folder])
    assert found(store, 20300101) == {"2024.md", "2026.md"}


@pytest.mark.parametrize("goes", [False, True])
def test_versions_are_dated_although_the_process_was_killed_before(
    goes: bool, job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = write("2024.md", version("2024-03-01", "Students pay 100 by these rules.")).parent
    job.run([folder])
    write("2026.md", version("2026-03-01", "Students pay 200 by these rules."))
    if goes:
        job.run([folder])
    with monkeypatch.context() as killed:
        killed.setattr(DocumentWriter, "_date_versions", raising(KeyboardInterrupt))
        latest = [r.id for r in registry.documents() if r.source == "2026.md"]
        with pytest.raises(KeyboardInterrupt):
            DocumentWriter(store, registry).delete(latest) if goes else job.run([folder])
    DocumentWriter(store, registry).recover()
    assert found(store, 20300101) == ({"2024.md"} if goes else {"2026.md"})


def raising(error: type[BaseException]) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_wording_that_was_superseded_keeps_its_end(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    folder = write("2024.md", version("2024-03-01", "Students pay 100 by these rules.")).parent
    job.run([folder])
    (node,) = store.select({})
    store.set_payload([node.node_id], {"effective_until": 20240630})
    write("2026.md", version("2026-03-01", "Students pay 200 by these rules."))
    job.run([folder])
    assert found(store, 20240601) == {"2024.md"}
    assert found(store, 20250101) == set()


def test_an_end_that_a_document_states_is_kept(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    stated = version("2024-03-01", "Students pay 100.", effective_until="2024-12-31")
    folder = write("2024.md", stated).parent
    write("2026.md", version("2026-03-01", "Students pay 200."))
    job.run([folder])
    assert found(store, 20241231) == {"2024.md"}
    assert found(store, 20250101) == set()


def test_metadata_of_the_caller_come_before_those_of_the_document(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    path = write("a.md", version("2024-03-01", "Students pay 100.", issuer="KAIST"))
    stated = parse_assignments(["effective_from=2025-01-01", "version=3"])
    job.run([path], JobOptions(stated=stated))
    (node,) = store.select({})
    assert isinstance(node, PassageNode)
    assert node.metadata["effective_from"] == 20250101
    (record,) = registry.documents()
    details = DocumentLedger(registry).details(record.id)
    assert details is not None
    assert (details.issuer, details.version) == ("KAIST", "3")
    with pytest.raises(InvalidInputError, match="no metadata"):
        parse_assignments(["colour=red"])


def test_a_date_that_is_none_is_told_and_not_used(
    job: IngestionJob, registry: DocumentRegistry, write: Write
) -> None:
    (result,) = job.run([write("a.md", version("soon", "Students pay 100."))]).files
    assert result.outcome == FileOutcome.ADDED
    assert list(result.remarks) == ["effective_from is 'soon', which is no date"]
    (document,) = registry.documents()
    details = DocumentLedger(registry).details(document.id)
    assert details is not None
    assert details.quality["remarks"] == [
        {"kind": "bad_metadata", "detail": result.remarks[0], "pages": []}
    ]


def test_what_is_the_same_on_several_pages_is_noticed_once(write: Write) -> None:
    wide = [f"Rule {i} of the university." for i in range(4)]
    source = read(write("rules.pdf", make_pdf([wide, [], [*wide, "of pages"], [], []])))
    nothing = Remark(RemarkKind.EMPTY_PAGE, "no text", [2, 4, 5])
    metadata = resolve(Path("rules.pdf"), {}, source.text, None)
    assert remarks_of(source, metadata, None) == [nothing]
    assert str(nothing) == "pages 2, 4, 5: no text"
    assert str(replace(nothing, pages=[2])) == "page 2: no text"
    many = str(replace(nothing, pages=list(range(1, 5001))))
    assert many.endswith(", 19, 20 and 4,980 more: no text")
    quality = assess(source, metadata, [], None).to_json()
    assert quality["empty_pages"] == [2, 4, 5]
    assert json.loads(json.dumps(quality["remarks"])) == [
        {"kind": "empty_page", "detail": "no text", "pages": [2, 4, 5]}
    ]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-09-11", 20260911),
        ("20260911", 20260911),
        ("2026년 9월 11일", 20260911),
        ("2026. 9. 11.", 20260911),
        ("11/09/2026", 20260911),
        ("1446/2/8هـ", 20240812),
        ("٨/٢/١٤٤٦هـ", 20240812),
        ("11/ 11/ 1443هـ", 20220610),
        ("15 ربيع الأول 1447هـ", 20250907),
        ("١٥ مارس ٢٠٢٦م", 20260315),
        ("15 مارس 2026", 20260315),
        ("8 شعبان 1446هـ الموافق 7 فبراير 2025م", 20250207),
        ("1 March 2026", 20260301),
        ("March 1, 2026", 20260301),
        ("2026년 3월 1일", 20260301),
        ("1446-02-30", 20240903),
        (date(1446, 2, 8), 20240812),
        ("March 2026", None),
        ("2026-02-30", None),
        ("some day", None),
    ],
)
def test_days_are_read_in_both_calendars(value: str, day: int | None) -> None:
    assert as_day(value) == day


def test_days_of_front_matter_are_read_in_words_and_in_the_hijri_calendar(
    job: IngestionJob, registry: DocumentRegistry, write: Write
) -> None:
    text = "---\ntitle: لائحة\neffective_from: {}\n---\n\nتعار الكتب للأعضاء {}."
    for i, day in enumerate(("15 ربيع الأول 1447هـ", "1446-02-30", "2026-03-01")):
        job.run([write(f"{i}.md", text.format(day, "أ" * (i + 1)))])
    ledger = DocumentLedger(registry)
    found = {record.source: ledger.details(record.id) for record in registry.documents()}
    days = {name: details.effective_from for name, details in found.items() if details}
    assert days == {"0.md": 20250907, "1.md": 20240903, "2.md": 20260301}


@pytest.mark.parametrize(("file", "sidecar"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_a_sidecar_belongs_to_its_file_however_their_names_are_composed(
    job: IngestionJob,
    registry: DocumentRegistry,
    write: Write,
    file: Literal["NFC", "NFD"],
    sidecar: Literal["NFC", "NFD"],
) -> None:
    path = write(unicodedata.normalize(file, "도서관 규정.md"), "책을 빌린다.")
    write(unicodedata.normalize(sidecar, "도서관 규정.meta.yaml"), "title: 도서 대출 규정")
    job.run([path.parent])
    (record,) = registry.documents()
    assert (record.title, record.source) == ("도서 대출 규정", "도서관 규정.md")


def test_editions_named_after_languages_belong_together(
    job: IngestionJob, registry: DocumentRegistry, write: Write
) -> None:
    write("guide/a.ko.md", "학생은 3월에 신청한다.")
    write("guide/a.en.md", "Students apply in March.")
    folder = write("guide/b.en.md", "It stands alone.").parent
    job.run([folder])
    works = {record.source: record.work_id for record in registry.documents()}
    assert works == {"a.ko.md": "guide/a", "a.en.md": "guide/a", "b.en.md": None}
    record = next(r for r in registry.documents() if r.source == "a.ko.md")
    assert DocumentLedger(registry).editions(record) == ["en", "ko"]


def test_the_quality_report_tells_what_to_look_at(
    job: IngestionJob, registry: DocumentRegistry, write: Write
) -> None:
    text = (
        "## 제1조(목적)\n\n목적을 정한다. <개정 2020.1.1>\n\n## 제2조(정의)\n\n삭제 <2021.9.24>\n\n"
        "## 제3조(벌칙)\n\n같은 글이다.\n\n## 제4조(부칙)\n\n같은 글이다. \ufffd\n"
    )
    job.run([write("rules.md", text)])
    (record,) = registry.documents()
    details = DocumentLedger(registry).details(record.id)
    assert details is not None
    quality = details.quality
    assert (quality["passages"], quality["headings"], quality["articles"]) == (4, 4, 4)
    assert (quality["amended"], quality["repealed"], quality["mangled"]) == (1, 1, 1)
    assert quality["scripts"] == {"Hangul": 1.0}
    assert quality["guessed"] == ["title", "language"]
