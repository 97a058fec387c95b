"""What the commands do through a running service is what they do without one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from api_library import ANSWER, DOCUMENTS, QUESTION, Library
from typer.testing import CliRunner

from assistant.api.announcement import RunningService, announce
from assistant.api.service import Service
from assistant.commands import doctor
from assistant.commands.app import app
from assistant.ingestion.options import JobOptions
from assistant.settings import Settings, get_settings

Trilogue = Callable[..., Any]


@pytest.fixture
def trilogue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trilogue]:
    """Runs a command; its output, as a value with ``--json``, or with ``fails`` its exit code and
    message."""
    monkeypatch.setenv("TRILOGUE_EMBEDDER", settings.embedder)

    def run(*arguments: str, fails: bool = False) -> Any:
        get_settings.cache_clear()
        ran = CliRunner().invoke(app, arguments)
        if fails:
            return ran.exit_code, ran.stderr
        assert ran.exit_code == 0, ran.stderr
        return json.loads(ran.stdout) if "--json" in arguments else ran.stdout

    yield run
    get_settings.cache_clear()


@pytest.fixture
def elsewhere(
    library: Library,
    live: Callable[[Service], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Library:
    """A running service of another data folder, which the settings name."""
    monkeypatch.setenv("TRILOGUE_DATA_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("TRILOGUE_API_URL", live(library.service))
    return library


def test_local_paths_are_ingested_by_the_service_that_has_the_index_open(
    library: Library, live: Callable[[Service], str], settings: Settings, trilogue: Trilogue,
    tmp_path: Path,
) -> None:  # fmt: skip
    announce(settings, live(library.service), library.service.operator_token)
    file = tmp_path / "new" / "library.md"
    file.parent.mkdir()
    file.write_text("# Library\n\n## Article 1\n\nBooks are lent for 14 days.", "utf-8")
    (done,) = trilogue("ingest", str(file), "--collection", "students", "--json")["files"]
    assert (done["outcome"], done["passages"]) == ("added", 1)
    assert done["path"] == str(file)
    (again,) = trilogue("ingest", str(file), "--collection", "students", "--json")["files"]
    assert again["outcome"] == "unchanged"


def test_what_the_service_refuses_is_an_error_of_the_command(
    library: Library, live: Callable[[Service], str], settings: Settings, trilogue: Trilogue,
    tmp_path: Path,
) -> None:  # fmt: skip
    announce(settings, live(library.service), "not the token")
    code, message = trilogue("ingest", str(tmp_path), fails=True)
    assert code == 2
    assert "TRILOGUE_API_KEY" in message
    code, message = trilogue("ingest", str(tmp_path), "--collection", "a\x00b", fails=True)
    assert code == 2
    assert "collection" in message


def test_questions_are_answered_by_the_service(elsewhere: Library, trilogue: Trilogue) -> None:
    found = trilogue("search", QUESTION, "--json")["results"]
    assert {passage["source"] for passage in found} >= {"exchange.md"}
    reply = trilogue("ask", QUESTION, "--json")
    assert reply["outcome"] == "answered"
    assert reply["answer"].partition(" [")[0] == ANSWER.partition(" [")[0]


def test_documents_of_a_service_elsewhere_are_listed_shown_and_deleted(
    elsewhere: Library, trilogue: Trilogue
) -> None:
    names = {name for files in DOCUMENTS.values() for name in files}
    assert {row["source"] for row in trilogue("documents", "list", "--json")} == names
    (staff,) = trilogue("documents", "list", "--collection", "staff", "--json")
    shown = trilogue("documents", "show", staff["document_id"], "--json")
    assert shown.items() >= staff.items()
    assert shown["quality"]["passages"] == 1
    unknown = "00000000-0000-4000-8000-000000000000"
    code, message = trilogue("documents", "delete", staff["document_id"], unknown, fails=True)
    assert code == 2
    assert unknown in message
    assert len(trilogue("documents", "list", "--json")) == len(names)
    assert trilogue("documents", "delete", staff["document_id"]) == "Deleted 1.\n"
    assert len(trilogue("documents", "list", "--json")) == len(names) - 1


def test_ingestions_of_a_service_are_listed_and_cancelled(
    elsewhere: Library, trilogue: Trilogue, tmp_path: Path
) -> None:
    file = tmp_path / "rule.md"
    file.write_text("# Rule\n\n## Article 1\n\nStudents apply in March.", "utf-8")
    queue = elsewhere.service.ingestions
    queue.close()  # it would be at it before it is cancelled
    started = queue.submit([file], JobOptions("students"))
    assert "Cancelled" in trilogue("ingestions", "cancel", started.id)
    (listed,) = trilogue("ingestions", "list", "--json")
    assert (listed["ingestion_id"], listed["state"]) == (started.id, "cancelled")
    assert started.id in trilogue("ingestions", "list")
    assert "Cancelled" in trilogue("ingestions", "cancel", started.id), "it is over"
    code, message = trilogue("ingestions", "cancel", f"ingestion-{0:024x}", fails=True)
    assert (code, "There is no ingestion" in message) == (2, True)


def test_without_a_service_there_is_no_ingestion_to_cancel(
    settings: Settings, trilogue: Trilogue
) -> None:
    code, message = trilogue("ingestions", "list", fails=True)
    assert (code, "trilogue serve" in message) == (3, True)


def test_the_doctor_asks_the_service_whether_it_is_ready(elsewhere: Library) -> None:
    found = doctor._service(RunningService(os.environ["TRILOGUE_API_URL"], None))
    assert found.state == "ok"
    assert '"index": true' in found.detail
