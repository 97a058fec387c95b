"""What `trilogue doctor` looks at: the machine, the models, the index, the database."""

from __future__ import annotations

import json
import platform
import shutil
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import httpx
import psutil
import torch

from assistant.api.announcement import RunningService, running_service
from assistant.calibration import load_calibration
from assistant.client import Client, ClientError, endpoints
from assistant.errors import TrilogueError
from assistant.index.open import open_store
from assistant.models.catalogue import catalogue
from assistant.models.device import find_device
from assistant.models.generator import generator_name
from assistant.models.memory import SERVICE_BYTES, generator_memory
from assistant.models.open import embedder_name, open_embedder, served_prompts
from assistant.models.weights import (
    generator_adapter,
    generator_file,
    is_present,
    model_folder,
    sha256_of,
)
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.registry import DocumentRegistry
from ingest.readers.conversion import libreoffice

_PACKAGES = (
    "trilogue",
    "llama-index-core",
    "sentence-transformers",
    "torch",
    "qdrant-edge-py",
    "qdrant-client",
    "xllamacpp",
    "fastapi",
    "gradio",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``bad`` keeps Trilogue from working."""

    subject: str
    state: Literal["ok", "warn", "bad"]
    detail: str

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Everything that was looked at, in order. Starts nothing, and changes no document."""
    return [
        *_machine(settings),
        _old_formats(),
        *_models(settings),
        *_generator(settings),
        _calibration(settings),
        *_data(settings),
    ]


def _machine(settings: Settings) -> Iterator[Finding]:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    yield Finding("packages", "ok", f"Python {platform.python_version()}, {packages}")
    cores = psutil.cpu_count(logical=False) or 1
    features = [name for name in ("amx_bf16", "avx512_bf16", "avx512_f", "avx2") if _cpu(name)]
    yield Finding("processor", "ok", f"{cores} cores, {', '.join(features) or platform.machine()}")
    yield _embedder(settings)
    yield _memory(settings)
    folder = next(
        p
        for p in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents)
        if p.exists()
    )
    free = shutil.disk_usage(folder).free
    yield Finding(
        "disk", "ok" if free > 2**30 else "warn", f"{free / 2**30:.1f} GiB free in {folder}"
    )


def _embedder(settings: Settings) -> Finding:
    try:
        if settings.embedder_url:
            served, prompts = open_embedder(settings), served_prompts(settings)
            return Finding(
                "embedder",
                "ok",
                f"{settings.embedder_url} serves {served.model_name}, {served.dimensions} "
                f"dimensions; prompts {prompts.query!r} and {prompts.document!r}",
            )
        return Finding("device", "ok", f"embeds on {find_device(settings.embedder_device)}")
    except TrilogueError as error:
        return Finding("embedder" if settings.embedder_url else "device", "bad", str(error))


def _memory(settings: Settings) -> Finding:
    memory = psutil.virtual_memory()
    generator = generator_memory(settings)
    needed = SERVICE_BYTES + generator
    detail = (
        f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB available; Trilogue "
        f"needs about {needed / 2**30:.1f} GiB"
    )
    if generator:
        detail += f", {generator / 2**30:.1f} of it for {settings.generator}"
    if needed > memory.total:
        detail += (
            "; choose a smaller generator ('trilogue models list'), or a smaller "
            "TRILOGUE_GENERATOR_CONTEXT or TRILOGUE_GENERATOR_SLOTS"
        )
    return Finding("memory", "ok" if needed <= memory.available else "warn", detail)


def _old_formats() -> Finding:
    program = libreoffice()
    if program is None:
        return Finding(
            "libreoffice",
            "warn",
            "not installed: .doc, .ppt, .rtf and .odp files are refused; install Debian's "
            "libreoffice-writer-nogui and libreoffice-impress-nogui to read them",
        )
    return Finding("libreoffice", "ok", f"{program}, for .doc, .ppt, .rtf and .odp files")


def _cpu(name: str) -> bool:
    return bool(torch.cpu.get_capabilities().get(name))


def _models(settings: Settings) -> Iterator[Finding]:
    here = [] if settings.embedder_url else [settings.embedder]
    here += [] if settings.generator_url else [settings.generator]
    for name in here:
        entry = catalogue().get(name)
        if entry is None:
            continue
        folder = model_folder(settings.models_dir, entry)
        if not is_present(settings.models_dir, entry):
            yield Finding(name, "bad", f"not in {folder}; run 'trilogue models pull'")
            continue
        wrong = [f for f, sha in entry.files.items() if sha and sha256_of(folder / f) != sha]
        if wrong:
            files = ", ".join(wrong)
            yield Finding(
                name, "bad", f"{files} changed; delete {folder} and run 'trilogue models pull'"
            )
        else:
            checked = "sha256 right" if any(entry.files.values()) else "no sha256 is published"
            yield Finding(name, "ok", f"{folder}, {checked}; licence {entry.licence}")


def _file(subject: str, file: Path, setting: str) -> Finding:
    """Whether a file is there that a setting names."""
    if file.is_file():
        return Finding(subject, "ok", str(file))
    return Finding(subject, "bad", f"{file} does not exist; check {setting}")


def _generator(settings: Settings) -> Iterator[Finding]:
    if settings.generator_url is None:
        file = generator_file(settings)
        if settings.generator not in catalogue():
            yield _file("generator", file, "TRILOGUE_GENERATOR")
        if adapter := generator_adapter(settings):
            yield _file("generator adapter", adapter, "TRILOGUE_GENERATOR_ADAPTER")
        return
    try:
        reply = httpx.get(f"{settings.generator_url.rstrip('/')}/models", timeout=5)
        state: Literal["ok", "warn"] = "ok" if reply.status_code < 500 else "warn"
        yield Finding("generator", state, f"{settings.generator_url} answers {reply.status_code}")
    except httpx.HTTPError as error:
        yield Finding(
            "generator", "bad", f"{settings.generator_url}: {error}; check TRILOGUE_GENERATOR_URL"
        )


def _calibration(settings: Settings) -> Finding:
    name = embedder_name(settings)
    try:
        fitted = load_calibration(name, generator_name(settings), settings.calibration_dir)
    except TrilogueError as error:
        return Finding("calibration", "bad", str(error))
    if fitted.is_default:
        return Finding(
            "calibration",
            "warn",
            f"nothing is fitted for {name}: every question is taken for answerable, and many right "
            "answers are only quoted; fit it with 'trilogue calibrate'",
        )
    own = fitted.verdict.generator
    weighed = f"; weighed for {fitted.generator}: {own.fitted_on}" if own else ""
    return Finding(
        "calibration", "ok", f"{fitted.file}, for {fitted.embedder}: {fitted.fitted_on}{weighed}"
    )


def _data(settings: Settings) -> Iterator[Finding]:
    service = running_service(settings)
    if service:
        yield _service(service)
    else:
        yield Finding("service", "ok", "not running")
        with socket.socket() as probe:
            taken = probe.connect_ex((settings.api_host, settings.api_port)) == 0
        if taken:
            yield Finding("port", "warn", f"{settings.api_port} is used by another program")
    yield _index(settings, service)
    try:
        database = Database(settings.database)
        documents, _ = DocumentRegistry(database).page(None, 0, 0)
        yield Finding("database", "ok", f"{documents} documents registered")
        database.close()
    except TrilogueError as error:
        yield Finding("database", "bad", str(error))


def _service(service: RunningService) -> Finding:
    try:
        with Client(service.url, timeout=10) as client:
            health = client.send(endpoints.readiness())
    except ClientError as error:
        return Finding("service", "bad", f"{service.url}: {error}; check TRILOGUE_API_URL")
    state: Literal["ok", "warn"] = "ok" if health.status == "ok" else "warn"
    return Finding("service", state, f"{service.url} {json.dumps(health.checks)}")


def _index(settings: Settings, service: RunningService | None) -> Finding:
    if service and service.is_ours and settings.qdrant_url is None:
        return Finding("index", "ok", f"{settings.edge_dir} is open in the service")
    if settings.qdrant_url is None and not settings.edge_dir.exists():
        return Finding("index", "warn", "empty; bring documents in with 'trilogue ingest PATH'")
    try:
        store = open_store(settings, open_embedder(settings))
    except TrilogueError as error:
        return Finding("index", "bad", str(error))
    try:
        return Finding(
            "index", "ok", f"{store.count()} passages in {settings.qdrant_url or settings.edge_dir}"
        )
    finally:
        store.close()
