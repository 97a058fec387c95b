"""Documents and ingestions over HTTP, over a real index with the tiny model; no generator."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from live import listening
from pydantic import BaseModel
from scripted_generator import ScriptedGenerator

from assistant.api.announcement import announce
from assistant.api.app import create_app
from assistant.api.routes.documents import FORM_BYTES, safe_name
from assistant.api.schemas.document_schemas import (
    ChangedPassage,
    DocumentView,
    FileReport,
    QualityRemark,
    QualityReport,
)
from assistant.api.service import Service, links_of
from assistant.codes import RemarkKind
from assistant.commands.documents_command import _print_document
from assistant.errors import InvalidInputError
from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.report import FileResult, PassageChange
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.ingestions import IngestionRecord
from assistant.storage.records import Records
from ingest.pictures.picture_workers import PictureWorkers
from ingest.quality import Quality
from ingest.readers import Remark
from ingest.threaded_queue import ThreadedIngestionQueue

Write = Callable[[str, str | bytes], Path]
RULES = "# Exchange\n\n## Article 1\n\nStudents apply in March.\n\n## Article 2\n\nNo fee.\n"


@pytest.fixture
def service(
    settings: Settings,
    store: PassageStore,
    tiny_embedder: SentenceTransformerEmbedder,
    records: Records,
) -> Iterator[Service]:
    writer = DocumentWriter(store, records.documents)
    ingestions = ThreadedIngestionQueue(settings, store, tiny_embedder, records, writer)
    ingestions.start()
    searcher = Searcher(store, tiny_embedder)
    yield Service(
        settings,
        store,
        searcher,
        ScriptedGenerator(),  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]  # nothing is asked here
        tiny_embedder,
        ingestions,
        records,
        records.answers(settings),
        links_of(settings, records),
        PictureWorkers(settings),
    )
    ingestions.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client


def finished(client: TestClient, started: dict[str, Any]) -> dict[str, Any]:
    """The ingestion when it is over."""
    for _ in range(600):
        view: dict[str, Any] = client.get(f"/v1/ingestions/{started['ingestion_id']}").json()
        if view["state"] in ("done", "failed"):
            return view
        time.sleep(0.1)
    raise AssertionError("the ingestion does not end")


def send(client: TestClient, *files: tuple[str, bytes | str], **form: str) -> dict[str, Any]:
    parts = [("files", (name, content)) for name, content in files]
    response = client.post("/v1/documents", files=parts, data=form)
    assert response.status_code == 202, response.text
    assert response.headers["Location"].startswith("/v1/ingestions/")
    return finished(client, response.json())


def outcomes(view: dict[str, Any]) -> dict[str, str]:
    return {Path(f["path"]).name: f["outcome"] for f in view["report"]["files"]}


def test_files_that_are_sent_are_ingested_listed_and_shown(client: TestClient) -> None:
    metadata = json.dumps({"issuer": "KAIST", "effective_from": "2026-03-01", "work_id": "x"})
    view = send(
        client,
        ("exchange.md", RULES),
        ("empty.md", b""),
        collection="handbook",
        metadata=metadata,
    )
    assert outcomes(view) == {"exchange.md": "added", "empty.md": "failed"}
    faults = {file["path"]: (file["fault"], file["reason"]) for file in view["report"]["files"]}
    assert faults == {
        "exchange.md": (None, None),
        "empty.md": ("empty", "empty.md is empty. Check that it was copied whole."),
    }
    listed = client.get("/v1/documents", params={"collection": "handbook"}).json()
    (document,) = listed["documents"]
    assert (listed["total"], document["source"], document["passages"]) == (1, "exchange.md", 2)
    assert (document["effective_from"], document["effective_until"]) == (20260301, None)
    assert document["repealed"] is False
    shown = client.get(f"/v1/documents/{document['document_id']}").json()
    assert (shown["issuer"], shown["effective_from"]) == ("KAIST", 20260301)
    assert shown["editions_missing"] == ["ko", "ar"]
    assert shown["quality"]["headings"] == 2
    assert client.get("/v1/documents", params={"collection": "other"}).json()["total"] == 0


def test_what_an_earlier_version_stored_is_still_shown(
    client: TestClient, service: Service
) -> None:
    send(client, ("exchange.md", RULES))
    (document,) = client.get("/v1/documents").json()["documents"]
    ledger = service.records.ledger
    details = ledger.details(document["document_id"])
    assert details is not None
    details.quality = {"characters": 7, "remarks": ["page 3: no text"]}
    ledger.save_details(details)
    shown = client.get(f"/v1/documents/{document['document_id']}").json()
    assert shown["quality"]["remarks"] == ["page 3: no text"]

    file = {
        "path": "/srv/a.pdf", "outcome": "failed", "passages": 0, "document_id": None,
        "language": None, "reason": "a.pdf is empty.", "remarks": [], "changes": [],
    }  # fmt: skip
    report = {"files": [file], "counts": {"failed": 1}, "passages": 0, "seconds": 1.0}
    task = {"paths": [], "collection": None}
    before = IngestionRecord(
        id=f"ingestion-{'0' * 24}", state="done", task=task, report=report | {"dry_run": False}
    )
    service.records.ingestions.add(before)
    view = client.get(f"/v1/ingestions/{before.id}").json()
    assert view["report"]["files"] == [file | {"path": "a.pdf", "fault": None}]
    listed = client.get("/v1/ingestions").json()["ingestions"]
    assert [one["report"]["files"] for one in listed] == [None, None]


def test_remarks_are_printed_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    empty = QualityRemark(kind=RemarkKind.EMPTY_PAGE, detail="no text", pages=[2, 5])
    _print_document(
        DocumentView(
            document_id="d", collection="default", source="a.pdf", title="A", language="en",
            work_id=None, passages=1, ingested_at=datetime.now(UTC),
            quality=QualityReport(remarks=[empty, "page 3: no text"]),
        )
    )  # fmt: skip
    assert capsys.readouterr().out.endswith("  - pages 2, 5: no text\n  - page 3: no text\n")


@pytest.mark.parametrize(
    ("described", "own"),
    [
        (FileReport, FileResult),
        (ChangedPassage, PassageChange),
        (QualityReport, Quality),
        (QualityRemark, Remark),
    ],
)
def test_reports_are_described_as_the_job_makes_them(
    described: type[BaseModel], own: type[Any]
) -> None:
    assert list(described.model_fields) == [field.name for field in fields(own)]


def test_whoever_sends_a_file_of_an_unknown_kind_is_told(client: TestClient) -> None:
    view = send(client, ("rules.exe", b"MZ"), metadata=json.dumps({"title": "Rules"}))
    (told,) = view["report"]["files"]
    assert (told["path"], told["outcome"]) == ("rules.exe", "failed")
    assert "unknown kind of file" in told["reason"]


def test_a_file_sent_again_takes_the_place_of_the_one_before(
    client: TestClient, service: Service
) -> None:
    send(client, ("exchange.md", RULES))
    assert outcomes(send(client, ("exchange.md", RULES))) == {"exchange.md": "unchanged"}
    view = send(client, ("exchange.md", RULES.replace("March", "April")))
    assert outcomes(view) == {"exchange.md": "updated"}
    texts = [node.text for node in service.store.select({})]
    assert texts == ["Students apply in April.", "No fee."]


def test_a_deleted_document_is_gone_with_its_passages_and_its_file(
    client: TestClient, service: Service
) -> None:
    send(client, ("exchange.md", RULES), metadata=json.dumps({"title": "Rules"}))
    (document,) = client.get("/v1/documents").json()["documents"]
    kept = service.settings.uploads_dir / "files"
    assert {file.name for file in kept.rglob("*.*")} == {"exchange.md", "exchange.meta.yaml"}
    url = f"/v1/documents/{document['document_id']}"
    assert client.delete(url).status_code == 204
    assert service.store.count() == 0
    assert not list(kept.rglob("*.*"))
    assert client.get(url).status_code == 404
    assert client.delete(url).status_code == 404


def test_an_archive_that_is_sent_gives_all_its_documents(
    client: TestClient, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/one.md", "The first rule.")
        archive.writestr("two.md", "The second rule.")
        archive.writestr("../three.md", "A rule that leads out.")
    view = send(client, ("all.zip", path.read_bytes()))
    assert sorted(f["outcome"] for f in view["report"]["files"]) == ["added", "added", "failed"]
    (first, second) = client.get("/v1/documents").json()["documents"]
    assert {first["source"], second["source"]} == {"one.md", "two.md"}


def test_the_event_stream_tells_each_file_and_ends_with_the_report(client: TestClient) -> None:
    parts = [("files", (f"{i}.md", f"Rule number {i} of the handbook.")) for i in range(3)]
    started = client.post("/v1/documents", files=parts).json()
    with client.stream("GET", f"/v1/ingestions/{started['ingestion_id']}/events") as response:
        lines = [line for line in response.iter_lines() if line.startswith("event")]
    names = [line.removeprefix("event: ") for line in lines]
    assert names[-1] == "report"
    assert finished(client, started)["report"]["counts"] == {"added": 3}


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"metadata": "no json"}, "no JSON"),
        ({"metadata": '{"color": "red"}'}, "Unknown metadata: color"),
        ({"metadata": '["a"]'}, "body.metadata: Input should be"),
    ],
)
def test_wrong_metadata_is_refused(client: TestClient, form: dict[str, str], message: str) -> None:
    response = client.post("/v1/documents", files=[("files", ("a.md", "x"))], data=form)
    assert response.status_code == 422
    assert message in response.json()["detail"]


def test_an_upload_may_be_larger_than_other_requests_and_not_larger_than_is_allowed(
    settings: Settings, service: Service
) -> None:
    small = settings.model_copy(update={"max_upload_bytes": 1000, "max_body_bytes": 2048})
    with TestClient(create_app(replace(service, settings=small))) as client:
        fits = client.post("/v1/documents", files=[("files", ("a.md", "x" * 4000))])
        large = b"x" * (FORM_BYTES + 2000)
        whole = client.post("/v1/documents", files=[("files", ("a.md", large))])
        form = client.build_request("POST", "/v1/documents", files=[("files", ("a.md", large))])
        kind = {"Content-Type": form.headers["content-type"]}
        body = form.read()
        pieces = (body[i : i + 65536] for i in range(0, len(body), 65536))
        chunked = client.post("/v1/documents", content=pieces, headers=kind)
        other = client.post("/v1/search", content=iter([b"x" * 1500] * 2))
    assert fits.status_code == 202
    assert [r.status_code for r in (whole, chunked, other)] == [413, 413, 413]


def test_a_file_is_not_even_read_from_those_who_may_not_send_it(
    service: Service, records: Records
) -> None:
    records.keys.create("portal", ["chat"], None, token="s" * 40)
    read = 0

    def body() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 65536

    async def send(headers: dict[bytes, bytes]) -> int:
        """The status, asked of the application itself: a client sends what nobody reads."""
        statuses: list[int] = []
        pieces = body()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": next(pieces), "more_body": True}

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        form = {b"host": b"testserver", b"content-type": b"multipart/form-data; boundary=x"}
        scope = {
            "type": "http", "method": "POST", "path": "/v1/documents", "query_string": b"",
            "headers": list((form | headers).items()), "app": None, "http_version": "1.1",
            "scheme": "http", "server": ("testserver", 80),
        }  # fmt: skip
        await create_app(service)(scope, receive, answer)
        return statuses[0]

    assert asyncio.run(send({})) == 401
    assert asyncio.run(send({b"authorization": b"Bearer " + b"s" * 40})) == 403
    assert read == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\Users\\kim\\규정.hwp", "규정.hwp"),
        ("نظام العمل.pdf", "نظام العمل.pdf"),
        (".hidden.md", "hidden.md"),
        ("a\0b\n.md", "a_b_.md"),
    ],
)
def test_names_that_clients_send_are_safe(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


def test_a_name_without_anything_is_refused_and_a_long_one_is_cut() -> None:
    with pytest.raises(InvalidInputError):
        safe_name("../")
    assert len(safe_name("가" * 300 + ".md").encode()) <= 200
    assert safe_name("가" * 300 + ".md").endswith(".md")


def test_a_page_of_another_origin_cannot_fill_the_index(client: TestClient) -> None:
    files = [("files", ("a.md", "A rule of somebody else."))]
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        ("http://testserver", 202),
    ):
        response = client.post("/v1/documents", files=files, headers={"Origin": origin})
        assert response.status_code == status


def test_local_paths_are_for_the_operator_only(client: TestClient, write: Write) -> None:
    body = {"paths": [str(write("a.md", RULES))]}
    assert client.post("/v1/ingestions", json=body).status_code == 403
    wrong = client.post("/v1/ingestions", json=body, headers={"X-Trilogue-Token": "guess"})
    assert wrong.status_code == 403
    assert client.get("/v1/documents").json()["total"] == 0


def test_an_ingestion_that_was_cut_off_goes_on_when_the_service_starts_again(
    settings: Settings,
    store: PassageStore,
    tiny_embedder: SentenceTransformerEmbedder,
    records: Records,
    write: Write,
) -> None:
    folder = write("a.md", RULES).parent
    parts = (settings, store, tiny_embedder, records, DocumentWriter(store, records.documents))
    before = ThreadedIngestionQueue(*parts)  # never started: as if killed at once
    record = before.submit([folder], JobOptions(collection="handbook"))
    after = ThreadedIngestionQueue(*parts)
    after.start()
    for _ in range(300):
        if after.get(record.id).state == "done":
            break
        time.sleep(0.1)
    assert store.count({"collection": ["handbook"]}) == 2
    after.close()


def test_readers_see_a_document_switch_at_once(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edition(number: int) -> str:
        return "\n\n".join(f"## Article {i}\n\nRule {i}, edition {number}." for i in range(40))

    send(client, ("rules.md", edition(0)))
    seen: list[set[str]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            nodes: list[PassageNode] = service.store.select({})
            assert len(nodes) == 40
            seen.append({node.text.split(", ")[1] for node in nodes})

    reader = threading.Thread(target=read)
    reader.start()
    for number in (1, 2):
        send(client, ("rules.md", edition(number)))
    over.set()
    reader.join()
    assert all(len(editions) == 1 for editions in seen)
    assert len(set().union(*seen)) == 3


@pytest.fixture
def announced(service: Service) -> Iterator[Service]:
    """The service on a port of its own, announced in the data folder."""
    with listening(create_app(service)) as (url, _):
        note = announce(service.settings, url, service.operator_token)
        assert note.stat().st_mode & 0o777 == 0o600
        yield service


def test_commands_hand_their_work_to_the_running_service(announced: Service, write: Write) -> None:
    def trilogue(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from assistant.commands.app import app; app()", *arguments],
            env=os.environ | {"TRILOGUE_DATA_DIR": str(announced.settings.data_dir)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    path = write("exchange.md", f"---\neffective_from: soon\n---\n{RULES}")
    write("broken.pdf", b"%PDF-1.7 broken")
    run = trilogue("ingest", str(path.parent), "--collection", "handbook", "--json")
    assert run.returncode == 4, run.stderr
    assert "does the work" in run.stderr
    report = json.loads(run.stdout)
    assert report["counts"] == {"added": 1, "failed": 1}
    assert [file["fault"] for file in report["files"]] == ["damaged", None]
    assert announced.store.count({"collection": ["handbook"]}) == 2

    path.write_text(RULES.replace("March", "April"))
    dry = trilogue("ingest", str(path), "--collection", "handbook", "--dry-run")
    assert "- Students apply in March." in dry.stdout
    assert "+ Students apply in April." in dry.stdout
    assert "nothing was changed" in dry.stdout
    (document,) = json.loads(trilogue("documents", "list", "--json").stdout)
    shown = trilogue("documents", "show", document["document_id"]).stdout
    assert "headings" in shown
    assert "\n  - effective_from is 'soon', which is no date\n" in shown
    assert trilogue("documents", "delete", document["document_id"]).returncode == 0
    assert announced.store.count() == 0
    missing = trilogue("documents", "show", document["document_id"])
    assert (missing.returncode, "There is no document" in missing.stderr) == (2, True)
