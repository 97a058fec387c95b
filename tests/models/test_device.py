"""The device that the embedder computes on: chosen, refused, and given all that is computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from assistant.errors import UnavailableError
from assistant.models.device import Device, cpu_dtype, find_device
from assistant.models.embedder import PassageText, SentenceTransformerEmbedder, load_embedder
from assistant.settings import Settings


@pytest.fixture
def with_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two CUDA devices, of which none computes in bfloat16."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: False)
    monkeypatch.setattr(torch.cuda, "device", lambda number: torch.no_grad())


def test_without_an_accelerator_the_cpu_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert find_device("auto") == find_device("cpu") == Device("cpu", cpu_dtype(), 4096)


@pytest.mark.usefixtures("with_cuda")
def test_cuda_goes_before_the_cpu_in_the_format_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = find_device("auto")
    assert (first.name, first.dtype) == ("cuda:0", torch.float32)
    assert first.batch_tokens > find_device("cpu").batch_tokens
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: True)
    assert str(find_device("cuda:1")) == "cuda:1 in bfloat16"
    assert find_device("cpu").name == "cpu"


def test_mps_computes_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert str(find_device("auto")) == "mps in float32"


@pytest.mark.usefixtures("with_cuda")
def test_a_device_that_is_not_there_is_refused_with_what_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UnavailableError, match=r"cuda:2: torch finds 2, .*DEVICE to auto or cpu"):
        find_device("cuda:2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for wanted in ("cuda", "mps"):
        with pytest.raises(UnavailableError, match=f"cannot compute on {wanted}"):
            find_device(wanted)


def test_a_word_that_names_no_device_is_no_setting() -> None:
    for wrong in ("gpu", "cuda:", "cuda:x", "CPU"):
        with pytest.raises(ValidationError, match="embedder_device"):
            Settings(embedder_device=wrong, _env_file=None)


def test_the_embedder_computes_where_the_settings_say(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    here = Settings(embedder=str(tiny_model), embedder_device="cpu", _env_file=None)
    assert load_embedder(here).device == find_device("cpu")
    there = Settings(embedder=str(tiny_model), embedder_device="cuda", _env_file=None)
    with pytest.raises(UnavailableError, match="cannot compute on cuda"):
        load_embedder(there)


def test_what_the_model_reads_is_put_on_its_device(tiny_model: Path) -> None:
    embedder = SentenceTransformerEmbedder(tiny_model, "tiny")
    embedder._device = replace(embedder.device, name="meta")
    encoded = embedder.tokenizer(["one", "another"])
    inputs = embedder._padded(encoded, [0, 1])
    assert {tensor.device.type for tensor in inputs.values()} == {"meta"}


def test_a_batch_is_as_large_as_the_device_takes(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = SentenceTransformerEmbedder(tiny_model, "tiny")
    rows: list[int] = []
    padded = SentenceTransformerEmbedder._padded

    def spy(self: SentenceTransformerEmbedder, encoded: Any, batch: list[int]) -> Any:
        rows.append(len(batch))
        return padded(self, encoded, batch)

    monkeypatch.setattr(SentenceTransformerEmbedder, "_padded", spy)
    passages = [PassageText("", "x" * 90) for _ in range(8)]  # 100 tokens with prompt and marks
    for tokens in (200, 800):
        embedder._device = replace(embedder.device, batch_tokens=tokens)
        embedder.embed_passages(passages)
    assert max(rows[:-1]) <= 2
    assert rows[-1] == 8
