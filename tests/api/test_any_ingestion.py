"""The API over a queue of ingestions that is not ours: all that it knows is the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from api_library import Keys, Library
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.codes import Fault, FileOutcome
from assistant.errors import InvalidInputError, NotFoundError, TrilogueError, UnavailableError
from assistant.ingestion.options import JobOptions
from assistant.ingestion.progress import Progress
from assistant.ingestion.queue import Ingestion, IngestionCounts, IngestionQueue
from assistant.ingestion.report import FileResult, Report
from assistant.storage.registry import DocumentRecord

RULE = "Students apply in March."
ADDED = FileResult("/srv/files/rule.md", FileOutcome.ADDED, 1, "d1", "en")
BROKEN = FileResult(
    "/srv/files/a.pdf", FileOutcome.FAILED, reason="a.pdf is damaged.", fault=Fault.DAMAGED
)


class ScriptedQueue:
    """Ingests nothing: a test says how far each ingestion is."""

    def __init__(self) -> None:
        self.counts = IngestionCounts()
        self.submitted: list[tuple[dict[str, str], JobOptions]] = []
        self.removed: list[str] = []
        self.refusal: TrilogueError | None = None
        self._ingestions: dict[str, Ingestion] = {}
        #: What happens to the ingestion of each id when it is looked at, one after another.
        self.next: dict[str, list[Callable[[Ingestion], Ingestion]]] = {}

    def start(self) -> None:
        """There is nothing to take up."""

    def close(self) -> None:
        """There is nothing to stop."""

    def submit(self, paths: Sequence[Path], options: JobOptions) -> Ingestion:
        if self.refusal:
            raise self.refusal
        texts = {path.name: path.read_text("utf-8") for path in paths}
        self.submitted.append((texts, options))
        new = Ingestion(
            f"ingestion-{len(self.submitted):024x}",
            options.collection,
            "queued",
            datetime.now(UTC),
        )
        return self._ingestions.setdefault(new.id, new)

    def get(self, ingestion_id: str, known: int = 0) -> Ingestion:
        if ingestion_id not in self._ingestions:
            raise NotFoundError(f"There is no ingestion {ingestion_id!r}.")
        if steps := self.next.get(ingestion_id):
            self._ingestions[ingestion_id] = steps.pop(0)(self._ingestions[ingestion_id])
        return self._ingestions[ingestion_id]

    def page(
        self, collections: Sequence[str] | None, limit: int, offset: int
    ) -> Sequence[Ingestion]:
        found = [
            one
            for one in reversed(self._ingestions.values())
            if collections is None or one.collection in collections
        ]
        return found[offset : offset + limit]

    def cancel(self, ingestion_id: str) -> Ingestion:
        found = self.get(ingestion_id)
        if not found.is_over:
            self._ingestions[ingestion_id] = replace(found, state="cancelling")
        return self._ingestions[ingestion_id]

    def remove(self, document: DocumentRecord) -> None:
        self.removed.append(document.source)


def running(ingestion: Ingestion) -> Ingestion:
    return replace(
        ingestion, state="running", progress=Progress(1, 2, 24, 30, 1, "rule.md"), results=[ADDED]
    )


def done(ingestion: Ingestion) -> Ingestion:
    report = Report([ADDED, BROKEN], 1.5)
    return replace(ingestion, state="done", progress=None, results=(), report=report)


def failed(ingestion: Ingestion) -> Ingestion:
    return replace(ingestion, state="failed", error="The index does not answer.")


@pytest.fixture
def queue() -> ScriptedQueue:
    return ScriptedQueue()


@pytest.fixture
def foreign(library: Library, queue: ScriptedQueue) -> Iterator[TestClient]:
    """The API with the scripted queue in the place of its own."""
    ours: IngestionQueue = queue
    service = replace(library.service, ingestions=ours)
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client


def send(client: TestClient, headers: dict[str, str] | None = None) -> str:
    """Sends a rule; gives the address of its ingestion."""
    form = {"collection": "students"}
    sent = client.post(
        "/v1/documents", files=[("files", ("rule.md", RULE))], data=form, headers=headers
    )
    assert sent.status_code == 202, sent.text
    assert sent.json()["state"] == "queued"
    return str(sent.headers["Location"])


def test_what_is_sent_is_submitted_and_followed_to_its_end(
    foreign: TestClient, queue: ScriptedQueue
) -> None:
    place = send(foreign)
    ((texts, options),) = queue.submitted
    assert (texts, options.collection) == ({"rule.md": RULE}, "students")

    queue.next[Path(place).name] = [running, done]
    view = foreign.get(place).json()
    assert (view["state"], view["report"]) == ("running", None)
    assert view["progress"] == {
        "files": 1, "files_total": 2, "bytes": 24, "bytes_total": 30, "passages": 1,
        "name": "rule.md",
    }  # fmt: skip
    view = foreign.get(place).json()
    assert (view["state"], view["progress"], view["error"]) == ("done", None, None)
    report = view["report"]
    assert (report["counts"], report["passages"]) == ({"added": 1, "failed": 1}, 1)
    assert [(file["path"], file["fault"]) for file in report["files"]] == [
        ("rule.md", None),
        ("a.pdf", "damaged"),
    ]
    assert foreign.get(f"/v1/ingestions/ingestion-{'0' * 24}").status_code == 404


def test_each_file_is_told_once_while_the_ingestion_runs(
    foreign: TestClient, queue: ScriptedQueue
) -> None:
    place = send(foreign)
    queue.next[Path(place).name] = [lambda one: one, running, running, done]
    events = foreign.get(f"{place}/events").text.splitlines()
    assert [line for line in events if line.startswith("event")] == [
        "event: file",
        "event: progress",
        "event: file",
        "event: report",
    ]


def test_an_ingestion_that_fails_says_why(foreign: TestClient, queue: ScriptedQueue) -> None:
    place = send(foreign)
    queue.next[Path(place).name] = [failed]
    assert "The index does not answer." in foreign.get(f"{place}/events").text
    assert foreign.get(place).json()["error"] == "The index does not answer."


def test_an_ingestion_is_cancelled_by_whoever_may_follow_it(
    foreign: TestClient, queue: ScriptedQueue, key: Keys
) -> None:
    reader, staff = key("chat"), key("ingest", collections=["staff"])
    students = key("ingest", collections=["students"])
    place = send(foreign, students)
    assert foreign.post(f"{place}/cancel", headers=reader).status_code == 403
    assert foreign.post(f"{place}/cancel", headers=staff).status_code == 404
    assert foreign.get(place, headers=students).json()["state"] == "queued"
    assert foreign.post(f"{place}/cancel", headers=students).json()["state"] == "cancelling"
    queue.next[Path(place).name] = [done]
    over = foreign.post(f"{place}/cancel", headers=students).json()
    assert (over["state"], over["report"]["passages"]) == ("done", 1)


def test_a_key_sees_the_ingestions_of_its_collections_alone(foreign: TestClient, key: Keys) -> None:
    students = key("ingest", collections=["students"])
    staff = key("ingest", collections=["staff"])
    place = send(foreign, students)
    assert foreign.get(place, headers=staff).status_code == 404
    listed = foreign.get("/v1/ingestions", headers=students).json()["ingestions"]
    assert [one["ingestion_id"] for one in listed] == [Path(place).name]
    assert foreign.get("/v1/ingestions", headers=staff).json()["ingestions"] == []


def test_the_operators_paths_are_submitted_as_they_are(
    foreign: TestClient, queue: ScriptedQueue, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "rule.md"
    path.write_text(RULE)
    headers = {"X-Trilogue-Token": library.service.operator_token}
    body = {"paths": [str(path)], "metadata": {"issuer": "KAIST"}, "prune": True}
    assert foreign.post("/v1/ingestions", json=body, headers=headers).status_code == 202
    ((texts, options),) = queue.submitted
    assert texts == {"rule.md": RULE}
    assert options == JobOptions(stated={"issuer": "KAIST"}, prune=True)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (InvalidInputError("rule.md does not exist."), 422),
        (UnavailableError("The database does not answer."), 503),
    ],
)
def test_files_that_the_queue_refuses_are_not_kept(
    foreign: TestClient,
    queue: ScriptedQueue,
    library: Library,
    refusal: TrilogueError,
    status: int,
) -> None:
    queue.refusal = refusal
    refused = foreign.post("/v1/documents", files=[("files", ("rule.md", RULE))])
    assert (refused.status_code, refused.json()["detail"]) == (status, str(refusal))
    uploads = library.service.settings.uploads_dir
    assert uploads.is_dir()
    assert not list(uploads.rglob("*.md"))


def test_a_document_is_removed_by_the_queue(
    foreign: TestClient, queue: ScriptedQueue, library: Library
) -> None:
    url = f"/v1/documents/{library.documents['exchange.md']}"
    assert foreign.delete(url).status_code == 204
    assert queue.removed == ["exchange.md"]


def test_the_queues_counts_are_among_the_metrics(foreign: TestClient, queue: ScriptedQueue) -> None:
    queue.counts.done("done", Report([ADDED, BROKEN], 1.5))
    metrics = foreign.get("/metrics").text
    assert 'trilogue_ingestions_total{state="done"} 1.0' in metrics
    assert 'trilogue_ingestions_total{state="failed"} 0.0' in metrics
    assert 'trilogue_ingested_files_total{outcome="failed"} 1.0' in metrics
