"""The OpenAI-compatible routes, with the unmodified clients: Python, JavaScript, llama-index."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from api_library import ANSWER, QUESTION, Keys, Library
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike
from scripted_generator import ScriptedGenerator

from assistant.api.service import Service

JAVASCRIPT = Path(__file__).parents[1] / "javascript"
MESSAGES: Any = [{"role": "user", "content": QUESTION}]


def unmarked(text: str | None) -> str:
    """An answer without its marks: which of the documents comes first, the tiny model decides."""
    return re.sub(r" \[\d\]", "", text or "")


SAID = unmarked(ANSWER)


@pytest.fixture
def url(live: Callable[[Service], str], library: Library) -> str:
    return f"{live(library.service)}/v1"


@pytest.fixture
def token(key: Keys) -> str:
    return key("chat")["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def client(url: str, token: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=token, base_url=url, max_retries=0) as client:
        yield client


def complete(client: openai.OpenAI, **parameters: Any) -> Any:
    fields = {"model": "trilogue", "messages": MESSAGES, **parameters}
    return client.chat.completions.create(**fields)


def test_a_completion_has_answer_citations_and_usage(client: openai.OpenAI) -> None:
    completion = complete(client)
    message = completion.choices[0].message
    assert unmarked(message.content) == SAID
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (40, 12)
    assert completion.usage.total_tokens == 52
    extra = completion.model_extra or {}
    assert extra["outcome"] == "answered"
    (annotation,) = message.annotations or ()
    cited = annotation.url_citation
    assert message.content[cited.start_index : cited.end_index] == (
        f"[{extra['citations'][0]['number']}]"
    )
    assert cited.url == extra["citations"][0]["url"]
    page = httpx.get(cited.url.replace("http://127.0.0.1:8000", str(client.base_url)[:-4]))
    assert page.json()["quote"]["text"] == extra["citations"][0]["quote"]


def test_a_message_of_the_service_goes_back_to_it_as_it_is(client: openai.OpenAI) -> None:
    first = complete(client).choices[0].message
    asked = [*MESSAGES, first, {"role": "user", "content": "And in the second year?"}]
    assert complete(client, messages=asked).choices[0].message.content


def test_a_stream_says_the_same_as_the_whole(client: openai.OpenAI) -> None:
    chunks = list(complete(client, stream=True, stream_options={"include_usage": True}))
    *others, last = chunks
    assert unmarked("".join(c.choices[0].delta.content or "" for c in others)) == SAID
    assert others[-1].choices[0].finish_reason == "stop"
    assert (others[-1].model_extra or {})["citations"][0]["url"].startswith("http")
    assert last.choices == []
    assert last.usage.total_tokens == 52
    assert all(c.usage is None for c in complete(client, stream=True))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("tools", [{"type": "function", "function": {"name": "f"}}]),
        ("tool_choice", "auto"),
        ("stop", ["\n"]),
        ("n", 2),
        ("logprobs", True),
        ("response_format", {"type": "json_object"}),
        ("frequency_penalty", 0.5),
        ("logit_bias", {"1": 1}),
        ("temperature", 3.0),
        ("seed", -1),
        ("max_tokens", 0),
    ],
)
def test_a_parameter_that_is_not_supported_is_named(
    client: openai.OpenAI, parameter: str, value: Any
) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        complete(client, **{parameter: value})
    assert parameter in refused.value.message
    assert (refused.value.param or "").split(".")[0] == parameter
    assert refused.value.type == "invalid_request_error"


def test_what_is_supported_reaches_the_generator(
    client: openai.OpenAI, generator: ScriptedGenerator
) -> None:
    complete(
        client, temperature=0.7, top_p=0.9, seed=7, max_tokens=50, n=1, user="student-7",
        presence_penalty=0, response_format={"type": "text"},
    )  # fmt: skip
    options = generator.options[-1]
    assert options.fields() == {"temperature": 0.7, "top_p": 0.9, "seed": 7}
    assert options.max_tokens == 50


def test_a_system_message_is_not_read_and_that_is_said(client: openai.OpenAI) -> None:
    system = {"role": "system", "content": "Talk like a pirate."}
    parts = {"role": "user", "content": [{"type": "text", "text": QUESTION}]}
    completion = complete(client, messages=[system, parts])
    assert unmarked(completion.choices[0].message.content) == SAID
    (warning,) = (completion.model_extra or {})["warnings"]
    assert "messages[0]" in warning
    picture = {"type": "image_url", "image_url": {"url": "data:,"}}
    with pytest.raises(openai.UnprocessableEntityError, match=r"messages\.0"):
        complete(client, messages=[{"role": "user", "content": [picture]}])


def test_errors_are_the_clients_own_exceptions(client: openai.OpenAI, url: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="no model 'gpt-9'"):
        complete(client, model="gpt-9")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")
    with pytest.raises(openai.AuthenticationError, match="unknown, revoked or expired"):
        complete(openai.OpenAI(api_key="wrong", base_url=url, max_retries=0))


def test_an_error_in_a_stream_is_raised_by_the_client(
    client: openai.OpenAI, generator: ScriptedGenerator
) -> None:
    generator.answer = RuntimeError("secret detail")
    with pytest.raises(openai.APIError, match="unexpected") as broken:
        list(complete(client, stream=True))
    assert "secret" not in str(broken.value)


def test_embeddings_are_the_embedders_and_counted(client: openai.OpenAI, library: Library) -> None:
    embedder = library.service.embedder
    name = embedder.model_name
    assert name in [model.id for model in client.models.list()]
    texts = ["장학금은 얼마인가요?", "المنحة"]
    got = client.embeddings.create(model=name, input=texts, encoding_format="float")
    right = embedder.embed_sentences(texts)
    np.testing.assert_allclose([item.embedding for item in got.data], right, atol=1e-5)
    asked = {"input_type": "query"}
    query = client.embeddings.create(model=name, input=texts[0], extra_body=asked)
    right = embedder.embed_queries(texts[:1])[0]
    np.testing.assert_allclose(query.data[0].embedding, right, atol=1e-5)
    counted = embedder.count_tokens([embedder.passage_input("", text) for text in texts])
    assert got.usage.prompt_tokens == got.usage.total_tokens == counted


def test_embeddings_name_what_they_cannot_do(client: openai.OpenAI, library: Library) -> None:
    name = library.service.embedder.model_name
    with pytest.raises(openai.UnprocessableEntityError, match="dimensions"):
        client.embeddings.create(model=name, input="a", dimensions=7)
    with pytest.raises(openai.UnprocessableEntityError, match="no embedding model"):
        client.embeddings.create(model="trilogue", input="a")
    with pytest.raises(openai.UnprocessableEntityError, match="input"):
        client.embeddings.create(model=name, input=[1, 2, 3])
    raw = httpx.post(
        f"{client.base_url}embeddings",
        json={"model": name, "input": "a", "encoding_format": "base64"},
        headers={"Authorization": f"Bearer {client.api_key}"},
    ).json()
    decoded = np.frombuffer(base64.b64decode(raw["data"][0]["embedding"]), dtype="<f4")
    assert np.linalg.norm(decoded) == pytest.approx(1, abs=1e-3)


def test_llama_indexs_client_works_unmodified(url: str, token: str) -> None:
    llm = OpenAILike(model="trilogue", api_base=url, api_key=token, is_chat_model=True)
    question = [ChatMessage(role="user", content=QUESTION)]
    assert unmarked(llm.chat(question).message.content) == SAID
    assert unmarked(list(llm.stream_chat(question))[-1].message.content) == SAID
    assert unmarked(llm.complete(QUESTION).text) == SAID


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with OpenAI's JavaScript package and the script that uses it."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed (Debian: apt-get install npm)")
    folder = tmp_path_factory.mktemp("javascript")
    for file in JAVASCRIPT.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    subprocess.run(["npm", "install", *options], cwd=folder, check=True, timeout=300)
    return folder


def test_the_javascript_client_works_unmodified(javascript: Path, url: str, token: str) -> None:
    run = subprocess.run(
        ["node", "client.mjs", url],
        cwd=javascript,
        env=os.environ | {"TRILOGUE_API_KEY": token},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["models"][0] == "trilogue"
    assert told["answer"] == told["streamed"]
    assert unmarked(told["answer"]) == SAID
    assert told["usage"]["total_tokens"] == 52
    assert told["streamedUsage"]["total_tokens"] == 0, "the same answer comes from the cache"
    assert told["streamedOutcome"] == "answered"
    assert told["citation"] == told["annotation"]["url"]
    assert told["vectors"] == [32, 32]
    assert told["refused"]["status"] == 422
    assert told["refused"]["kind"] == "UnprocessableEntityError"
    assert told["refused"]["param"] == "tool_choice"
    assert told["refused"]["code"] == "unsupported_parameter"
