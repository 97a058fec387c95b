"""The whole service as users run it: ``trilogue serve`` in a process of its own, with the real
models, asked in three languages."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from httpx_sse import connect_sse
from service_process import TRILOGUE, ServiceProcess

from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.language import numbers_in, script_shares

pytestmark = [pytest.mark.models, pytest.mark.generation]

SAMPLES = Path(__file__).parents[2] / "samples"
QUESTIONS = {
    "ko": ("교류 학생의 월 생활비 지원액은 한국에서 얼마인가요?", "Hangul"),
    "ar": ("كم تبلغ المكافأة الشهرية لطلاب التبادل في كوريا؟", "Arabic"),
    "en": ("How much is the monthly stipend for exchange students in Korea?", "Latin"),
}


@pytest.mark.parametrize("language", ["ko", "ar", "en"])
def test_answers_are_in_the_askers_language_and_their_numbers_are_cited(
    service: ServiceProcess, language: str
) -> None:
    question, script = QUESTIONS[language]
    body = {"messages": [{"role": "user", "content": question}]}
    reply = ChatResponse.model_validate(
        httpx.post(f"{service.url}/v1/chat", json=body, timeout=180).json()
    )
    assert reply.outcome in ("answered", "quoted")
    assert script_shares(reply.answer)[script] > 0.5
    assert any(c.source == f"exchange-eligibility.{language}.md" for c in reply.citations)
    cited = set(numbers_in(" ".join(f"{c.quote} {c.locator} {c.number}" for c in reply.citations)))
    assert set(numbers_in(reply.answer)) <= cited
    assert "1100000" in cited or "110" in cited


def test_a_search_uses_the_running_service(environment: dict[str, str]) -> None:
    search = subprocess.run(
        [TRILOGUE, "search", "stipend", "--json"],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert json.loads(search.stdout)["results"], "the index is open in the service alone"


def test_a_killed_generator_costs_the_reply_at_hand_its_answer_and_is_back_within_20_seconds(
    service: ServiceProcess,
) -> None:
    url = service.url
    body = {"messages": [{"role": "user", "content": QUESTIONS["en"][0]}], "stream": True}
    # Another language: the answer in English may be in the cache.
    body |= {"language": "ko", "user": "killer"}
    events: list[tuple[str, dict[str, Any]]] = []
    with (
        httpx.Client(timeout=180) as client,
        connect_sse(client, "POST", f"{url}/v1/chat", json=body) as source,
    ):
        for event in source.iter_sse():
            events.append((event.event, event.json()))
            if event.event == "evidence":
                service.llama().kill()
                killed = time.monotonic()
    name, last = events[-1]
    assert (name, last.get("outcome"), last.get("status")) in [
        ("reply", "quoted", None),
        ("error", None, 503),
    ]
    while httpx.get(f"{url}/readyz").status_code != 200:
        assert time.monotonic() - killed < 20, "the generator does not come back"
        time.sleep(0.1)
    print(f"back after {time.monotonic() - killed:.1f} s; the reply in flight: {name}")  # noqa: T201
    again = httpx.post(f"{url}/v1/chat", json=body | {"stream": False}, timeout=180).json()
    assert again["outcome"] in ("answered", "quoted")


def test_it_stops_on_a_signal_and_leaves_nothing_behind(
    service: ServiceProcess, environment: dict[str, str]
) -> None:
    children = service.children()
    assert service.llama() in children
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert not (Path(environment["TRILOGUE_DATA_DIR"]) / "service.json").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{service.url}/healthz")
