"""The command line: clear errors with their exit codes, and JSON where it is asked for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from assistant.storage.conversations import Exchange
from assistant.storage.database import Database
from assistant.storage.records import Records

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def trilogue(tmp_path: Path, tiny_model: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs ``trilogue`` with the tiny model, over a folder of its own."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "TRILOGUE_DATA_DIR": str(tmp_path / "data"),
            "TRILOGUE_EMBEDDER": str(tiny_model),
            "COLUMNS": "200",
        }
        return subprocess.run(
            [str(Path(sys.executable).with_name("trilogue")), *arguments],
            env=environment | {f"TRILOGUE_{k.upper()}": v for k, v in settings.items()},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_ingest_reports_every_file_and_tells_partial_failure(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], write: Write
) -> None:
    good = write("good.md", "# Rules\n\nStudents apply in March.")
    write("empty.md", "")
    run = trilogue("ingest", str(good.parent), "--json")
    assert run.returncode == 4
    report = json.loads(run.stdout)
    assert report["counts"] == {"added": 1, "failed": 1}
    assert {Path(f["path"]).name: f["outcome"] for f in report["files"]} == {
        "good.md": "added",
        "empty.md": "failed",
    }
    again = trilogue("ingest", str(good))
    assert again.returncode == 0
    assert "1 unchanged" in again.stdout


def test_a_wrong_setting_is_named(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = trilogue("models", "list", api_port="abc")
    assert run.returncode == 2
    assert "TRILOGUE_API_PORT is 'abc'" in run.stderr
    assert "Traceback" not in run.stderr
    assert "policy [draft].md does not exist" in trilogue("ingest", "policy [draft].md").stderr


def test_a_missing_path_is_an_error_with_exit_code_2(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = trilogue("ingest", "no/such/folder")
    assert run.returncode == 2
    assert "no/such/folder does not exist" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_taken_port_is_told_before_the_models_are_loaded(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("serve", "ui"):
            run = trilogue(command, "--port", port)
            assert run.returncode == 3, run.stderr
            assert f"Port {port}" in run.stderr
            assert "--port" in run.stderr
            assert "Traceback" not in run.stderr


def test_a_service_that_does_not_answer_is_named(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = trilogue("ask", "What is the fee?", api_url="http://127.0.0.1:9")
    assert run.returncode == 3
    assert "http://127.0.0.1:9" in run.stderr
    assert "trilogue serve" in run.stderr


def test_missing_weights_say_how_to_get_them(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    run = trilogue("search", "fees", embedder="embeddinggemma-300m", models_dir=str(tmp_path))
    assert run.returncode == 3
    assert "trilogue models pull" in run.stderr


def test_models_are_listed_with_their_licences(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    rows = json.loads(trilogue("models", "list", "--json").stdout)
    licences = {row["name"]: row["licence"] for row in rows}
    assert licences["embeddinggemma-300m"] == "Gemma Terms of Use"
    assert licences["kanana-1.5-8b-instruct"] == "Apache-2.0"
    run = trilogue("models", "pull", "no-such-model")
    assert run.returncode == 2
    assert "Known models" in run.stderr


def test_models_are_listed_with_what_this_machine_can_run_and_what_is_in_use(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    chosen = {"generator": "qwen3-4b-instruct-2507", "generator_slots": "64"}
    run = trilogue("models", "list", "--json", models_dir=str(tmp_path), **chosen)
    rows = {row["name"]: row for row in json.loads(run.stdout)}
    used = {name for name, row in rows.items() if row["in_use"]}
    # 64 slots of 32B's cache are more than any machine that runs the tests has.
    assert not rows["qwen3-32b"]["fits"] or psutil.virtual_memory().total > 80 * 2**30
    assert rows["qwen3-4b-instruct-2507"]["memory_bytes"] > 30 * 2**30
    assert rows["qwen3-4b-instruct-2507"]["untried"]
    assert rows["kanana-1.5-8b-instruct"]["languages"] == ["ko", "en"]
    assert used >= {"qwen3-4b-instruct-2507"}
    assert not any(row["present"] for row in rows.values())
    text = trilogue("models", "list", models_dir=str(tmp_path), **chosen).stdout
    assert max(len(line) for line in text.splitlines()) <= 80
    assert all(name in text for name in rows)


def test_a_model_that_no_index_has_is_refused_after_its_licence(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    run = trilogue(
        "models", "pull", "allam-7b-instruct", models_dir=str(tmp_path), model_source="index"
    )
    assert run.returncode == 3
    assert "licence: Apache-2.0" in run.stdout
    assert "cannot be checked" in run.stdout
    assert "TRILOGUE_MODEL_SOURCE=hub" in run.stderr


def test_doctor_warns_of_a_generator_that_does_not_fit(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    big = {"generator": "qwen3-32b", "generator_slots": "64", "generator_context": "131072"}
    run = trilogue("doctor", "--json", models_dir=str(tmp_path), **big)
    (found,) = [f for f in json.loads(run.stdout) if f["subject"] == "memory"]
    assert found["state"] == "warn"
    assert "for qwen3-32b" in found["detail"]
    assert "trilogue models list" in found["detail"]


def test_doctor_finds_what_is_missing(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    run = trilogue("doctor", "--json", models_dir=str(tmp_path), generator_url="http://127.0.0.1:9")
    findings = {f["subject"]: f for f in json.loads(run.stdout)}
    assert run.returncode == 1
    assert findings["generator"]["state"] == "bad"
    assert "TRILOGUE_GENERATOR_URL" in findings["generator"]["detail"]
    assert findings["index"]["state"] == "warn"
    assert {"packages", "processor", "memory", "libreoffice", "disk", "database"} <= set(findings)


@pytest.mark.parametrize(
    ("embedder", "state"), [("embeddinggemma-300m", "ok"), ("somewhere/foreign", "warn")]
)
def test_doctor_says_whether_gate_and_verdict_are_fitted(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    embedder: str,
    state: str,
) -> None:
    run = trilogue("doctor", "--json", embedder=embedder, models_dir=str(tmp_path))
    (found,) = [f for f in json.loads(run.stdout) if f["subject"] == "calibration"]
    assert found["state"] == state
    assert Path(embedder).name in found["detail"]


def test_a_key_is_shown_once_listed_without_itself_and_revoked(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    made = trilogue(
        "keys", "create", "portal", "--scope", "chat", "--collection", "students", "--json"
    )
    key = json.loads(made.stdout)
    assert key["key"].startswith("trl_")
    (listed,) = json.loads(trilogue("keys", "list", "--json").stdout)
    assert (listed["id"], listed["state"]) == (key["id"], "active")
    assert (listed["scopes"], listed["collections"]) == (["chat"], ["students"])
    assert key["key"] not in str(listed)
    assert key["key"].encode() not in (tmp_path / "data" / "trilogue.db").read_bytes()
    assert json.loads(trilogue("keys", "revoke", "portal", "--json").stdout)["state"] == "revoked"
    assert trilogue("keys", "revoke", "portal").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--scope", "chat"], "--all-collections"),
        (["--scope", "chat", "--collection", "a", "--all-collections"], "either some"),
        (["--scope", "everything", "--all-collections"], "chat, ingest, admin"),
        (["--scope", "chat", "--all-collections", "--from-env", "NOT_SET"], "NOT_SET"),
    ],
)
def test_a_key_that_makes_no_sense_is_explained(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], arguments: list[str], told: str
) -> None:
    run = trilogue("keys", "create", "portal", *arguments)
    assert run.returncode == 2
    assert told in run.stderr


def test_without_keys_the_service_listens_to_its_own_machine_only(
    trilogue: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = trilogue("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert run.returncode == 2
    assert "trilogue keys create" in run.stderr
    assert "Loading the models" not in run.stderr


def test_personal_data_is_exported_deleted_and_purged(
    trilogue: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    records = Records.over(Database(f"sqlite:///{tmp_path / 'data' / 'trilogue.db'}"))
    exchange = Exchange("key_a", "c1", "r1", "얼마인가요?", {}, [], "answered", "t", "student-7")
    records.conversations.record(exchange, keep_text=True)
    records.close()
    exported = json.loads(trilogue("privacy", "export", "student-7").stdout)
    (turn,) = exported["conversations"][0]["turns"]
    assert (turn["question"], turn["replaced"]) == ("얼마인가요?", False)
    purged = json.loads(trilogue("privacy", "purge", "--json").stdout)
    assert purged["conversations"] == 0
    deleted = json.loads(trilogue("privacy", "delete", "student-7", "--json").stdout)
    assert deleted == {"conversations": 1, "feedback": 0}
    assert json.loads(trilogue("privacy", "export", "student-7").stdout)["conversations"] == []
