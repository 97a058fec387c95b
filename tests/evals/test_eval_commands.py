"""``trilogue eval`` as evaluators use it: run, report, compare, gate, check, export, judge."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from eval_runs import Ran, serving
from known_service import KnownService
from openai import AsyncOpenAI
from typer.testing import CliRunner, Result

from assistant.commands.app import app
from evals.compare import compare
from evals.dataset import SUITES, Suite
from evals.gate import load_gate
from evals.judge import ModelJudge, agreement
from evals.records import RunFolder
from evals.report import write_report
from evals.scores import Scores, estimate

GATES = SUITES.parent / "gates"


def trilogue(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


@pytest.fixture(scope="session")
def abstaining(run_against: Callable[[KnownService], Ran]) -> Ran:
    return run_against(KnownService(facts=()))


def test_a_run_is_asked_scored_and_reported(suite_file: Path, tmp_path: Path) -> None:
    with serving(KnownService()) as url:
        done = trilogue("run", suite_file, "--url", url, "--out", tmp_path / "a", "--sample", 12)
    assert done.exit_code == 0, done.output
    assert "right_in_any_language" in done.stdout
    told = trilogue("report", tmp_path / "a", "--to", tmp_path / "docs", "--name", "first")
    assert told.exit_code == 0, told.output
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == [
        "first.html", "first.json", "first.md",
    ]  # fmt: skip


def test_a_run_says_where_its_report_is_to_be_had(suite_file: Path, tmp_path: Path) -> None:
    with serving(KnownService()) as url:
        done = trilogue("run", suite_file, "--url", url, "--out", tmp_path / "a", "--sample", 3)
    assert f"trilogue eval report {tmp_path / 'a'}" in done.stdout


def test_without_its_extra_a_command_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['unicode_rbnf'] = None\n"
        "from assistant.commands.app import app; app(['eval', 'run', 'samples-core'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "trilogue[evals]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_stands_by_itself_and_shows_what_went_wrong(
    abstaining: Ran, tmp_path: Path
) -> None:
    html, markdown, summary = write_report(
        abstaining.scores, abstaining.asked, [], tmp_path, "report"
    )
    page = html.read_text("utf-8")
    assert page.count("<svg") == 3
    for outside in ("http://fonts", "https://fonts", "<script", "<link", "src="):
        assert outside not in page
    assert '<p lang="ar" dir="rtl"><strong>كم يومًا مدة' in page
    assert '<p lang="ko" dir="ltr"><strong>재심 청구 기간은 며칠인가요?' in page
    assert "false_refusal" in page
    assert "| answered_right |" in markdown.read_text("utf-8")
    figures = json.loads(summary.read_text("utf-8"))["figures"]
    found = {(f["system"], f["metric"], f["of"]): f for f in figures}
    assert found["service", "false_refusal", "all"]["mean"] == 1.0
    assert found["service", "recall@5", "ko→ar"]["count"] > 0
    # Chats were not kept to one language's documents, so they have no direction.
    assert ("service", "right_in_any_language", "ko→ar") not in found
    assert html.stat().st_size < 300_000


def test_worst_examples_escape_what_services_send(
    run_against: Callable[[KnownService], Ran], tmp_path: Path
) -> None:
    def injects(fact: str, language: str, reply: dict[str, object]) -> None:
        reply["answer"] = "<script>alert(1)</script>"

    ran = run_against(KnownService(injects))
    html, *_ = write_report(ran.scores, ran.asked, [], tmp_path, "report")
    page = html.read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_compare_passes_and_fails_a_gate(healthy: Ran, abstaining: Ran, tmp_path: Path) -> None:
    gate = tmp_path / "gate.yaml"
    gate.write_text(
        "rules:\n"
        "  - {suite: known, metric: recall@5, min: 0.5}\n"
        "  - {suite: known, metric: false_refusal, language: ar, max_worsening: 0.0}\n"
    )
    good, bad = healthy.folder.path, abstaining.folder.path
    passed = trilogue("compare", good, good, "--gate", gate)
    assert passed.exit_code == 0, passed.output
    failed = trilogue("compare", good, bad / "scores.json", "--gate", gate, "--json")
    assert failed.exit_code == 1
    told = json.loads(failed.stdout)
    assert [finding["passed"] for finding in told["gate"]] == [False, False]
    verdicts = {(d["metric"], d["language"]): d["verdict"] for d in told["differences"]}
    assert verdicts["false_refusal", "ar"] == "worse"
    assert verdicts["hallucination", "all"] == "no difference"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: [", "not YAML"),
        ("rules: []", "rules"),
        ("rules: [{suite: known, metric: nonsense, min: 1}]", "rules.0: Value error, there is no"),
        ("rules: [{suite: known, metric: answered_right}]", "needs min, max or max_worsening"),
        ("rules: [{suite: known, metric: quoted, max_worsening: 0}]", "neither way is better"),
        (
            "rules: [{suite: known, metric: answered_right, language: fr, min: 1}]",
            "rules.0.language",
        ),
    ],
)
def test_a_malformed_gate_is_rejected_with_its_field(
    text: str, message: str, healthy: Ran, tmp_path: Path
) -> None:
    gate = tmp_path / "gate.yaml"
    gate.write_text(text)
    done = trilogue("compare", healthy.folder.path, healthy.folder.path, "--gate", gate)
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize("path", sorted(GATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_gates_that_ship_are_of_suites_that_ship(path: Path) -> None:
    suites = {rule.suite for rule in load_gate(path).rules}
    assert suites <= {suite.stem for suite in SUITES.glob("*.jsonl")}


def test_a_rule_without_figures_fails(healthy: Ran, tmp_path: Path) -> None:
    gate = tmp_path / "gate.yaml"
    gate.write_text("rules: [{suite: elsewhere, metric: answered_right, min: 0, max_worsening: 0}]")
    done = trilogue("compare", healthy.folder.path, healthy.folder.path, "--gate", gate)
    assert done.exit_code == 1
    assert done.output.count("no figures") == 2


def test_runs_that_are_none_or_have_nothing_in_common_are_refused(
    healthy: Ran, tmp_path: Path
) -> None:
    assert trilogue("compare", tmp_path, tmp_path).exit_code == 2
    empty = Scores(manifest=healthy.folder.manifest, rows=[])
    empty.save(tmp_path / "scores.json")
    done = trilogue("compare", healthy.folder.path, tmp_path)
    assert done.exit_code == 2
    assert "no question in common" in done.output
    assert trilogue("report", tmp_path).exit_code == 2


def test_check_finds_malformed_suites_and_missing_gold(suite_file: Path, tmp_path: Path) -> None:
    shipped = sorted(suite.stem for suite in SUITES.glob("*.jsonl"))
    assert trilogue("check", *shipped).exit_code == 0
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "x", "questions": {"fr": "?"}}\n')
    done = trilogue("check", bad)
    assert done.exit_code == 1
    assert f"{bad}:1: questions.fr" in done.output
    with serving(KnownService()) as url:
        assert trilogue("check", suite_file, "--url", url).exit_code == 0
        done = trilogue("check", "samples-core", "--url", url)
    assert done.exit_code == 1
    assert "dual-degree.ko.md is not in the index" in done.output


def test_a_service_that_is_down_is_told_of_at_check(suite_file: Path) -> None:
    done = trilogue("check", suite_file, "--url", "http://127.0.0.1:9")
    assert done.exit_code == 2
    assert "ConnectError" in done.output


def test_two_suites_of_one_name_are_refused(suite_file: Path, tmp_path: Path) -> None:
    other = tmp_path / suite_file.name
    other.write_bytes(suite_file.read_bytes())
    done = trilogue("run", suite_file, other, "--out", tmp_path / "run")
    assert done.exit_code == 2
    assert "Two suites are called known." in done.output


def test_an_unknown_suite_or_set_ends_with_a_sentence(tmp_path: Path) -> None:
    for arguments in (["run", "nonsense"], ["export", "nonsense", tmp_path]):
        done = trilogue(*arguments)
        assert done.exit_code == 2
        assert "There is no" in done.output


def test_one_stray_value_makes_no_interval(healthy: Ran) -> None:
    rows = healthy.scores.select("right_in_any_language")
    found = estimate("right_in_any_language", rows)
    assert found is not None
    assert (found.mean, found.low, found.high) == (1.0, 1.0, 1.0)
    half = [
        row.model_copy(update={"values": {"right_in_any_language": float(i % 2)}})
        for i, row in enumerate(rows)
    ]
    found = estimate("right_in_any_language", half)
    assert found is not None
    assert found.low < found.mean < found.high
    assert estimate("right_in_any_language", []) is None


def test_differences_are_paired_by_fact(healthy: Ran, abstaining: Ran) -> None:
    found = {(d.metric, d.language): d for d in compare(healthy.scores, abstaining.scores)}
    refused = found["false_refusal", "all"]
    assert (refused.before, refused.after, refused.low, refused.high) == (0.0, 1.0, 1.0, 1.0)
    assert refused.count == 24
    assert found["false_refusal", "ko"].count == 8


def test_a_judge_gives_marks_and_its_agreement_is_told(healthy: Ran, suite: Suite) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        prompt = json.loads(request.content)["messages"][0]["content"]
        seen.append(prompt)
        if "Rules" in prompt or len(seen) == 1:
            return httpx.Response(200, json=_completion("I cannot say."))
        return httpx.Response(200, json=_completion('Sure: {"faithfulness": 1, "relevance": 0.2}'))

    async def judged() -> dict[tuple[str, str], object]:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        client = AsyncOpenAI(api_key="none", base_url="http://judge/v1", http_client=http)
        return dict(await ModelJudge(client, "m", concurrency=1).marks(healthy.asked))

    marks = asyncio.run(judged())
    assert len(seen) == 24
    assert len(marks) == 23
    assert "재심 청구 기간은 며칠인가요?" in "".join(seen)
    found = {(a.mark, a.metric): a for a in agreement(healthy.scores, marks)}  # type: ignore[arg-type]
    assert found["faithfulness", "citation_recall"].agreement == 1.0
    assert found["relevance", "answered_right"].agreement == 0.0
    assert found["relevance", "answered_right"].correlation is None


def _completion(text: str) -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    assert RunFolder(tmp_path).exists
    done = trilogue("report", tmp_path)
    assert done.exit_code == 2
    assert "is not the folder of a run" in done.output
