"""The folder of a Qdrant Edge index: what it was built with, how it is laid out, its shard."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import qdrant_edge as edge

from assistant.errors import UnavailableError
from assistant.index.layout import PLAIN, IndexLayout
from assistant.index.schema import (
    DATE_FIELDS,
    DENSE,
    FILTER_FIELDS,
    SENTENCES,
    SPARSE,
    SPARSE_FULL_SCAN,
    TENANT_FIELD,
    IndexIdentity,
)

_IDENTITY_FILE = "index.json"
#: Where the engine's files are in an index's folder, until they are built anew.
_SHARD: Final = "shard"


class IndexLockedError(UnavailableError):
    """Another process has the embedded index open."""

    title = "The index is in use"


def edge_identity(folder: Path) -> IndexIdentity | None:
    """What the index in a folder was built with; None where the folder does not exist.

    Raises:
        UnavailableError: The folder has no index, or one that cannot be read.
    """
    try:
        return stored_identity(folder) if folder.exists() else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise explained(error, folder) from error


def _stored(folder: Path) -> dict[str, Any]:
    """What is written down of the index in a folder."""
    stored: dict[str, Any] = json.loads((folder / _IDENTITY_FILE).read_text("utf-8"))
    return stored


def stored_identity(folder: Path) -> IndexIdentity:
    """What the index in a folder was built with."""
    return IndexIdentity.from_json(_stored(folder))


def stored_layout(folder: Path) -> IndexLayout:
    """How the index in a folder is laid out."""
    # Not in the indexes of earlier versions.
    stored = _stored(folder).get("layout")
    return IndexLayout.from_json(stored) if stored else PLAIN


def stored_shard(folder: Path) -> Path:
    """Where the engine's files of the index in a folder are."""
    return folder / Path(_stored(folder).get("shard", _SHARD)).name


def new_shard(folder: Path) -> Path:
    """A place for further files of the engine."""
    return folder / f"{_SHARD}-{secrets.token_hex(4)}"


def drop_other_shards(folder: Path) -> None:
    """Delete what was being built when a process was killed."""
    kept = stored_shard(folder)
    for other in folder.glob(f"{_SHARD}*"):
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)


def stored_built(folder: Path) -> int | None:
    """How many vectors the search structures had when they were built; None where that is not
    known."""
    built: int | None = _stored(folder).get("built")
    return built


def note(
    folder: Path,
    identity: IndexIdentity,
    layout: IndexLayout,
    shard: str = _SHARD,
    built: int | None = None,
) -> None:
    """Write down what the index is, how it is laid out, where its files are and what was built of
    them, the whole or nothing."""
    draft = folder / f"{_IDENTITY_FILE}.new"
    values = {**identity.to_json(), "layout": layout.to_json(), "shard": shard, "built": built}
    draft.write_text(json.dumps(values), "utf-8")
    os.replace(draft, folder / _IDENTITY_FILE)


def create(folder: Path, identity: IndexIdentity, layout: IndexLayout) -> None:
    """Make an empty index beside ``folder`` and move it there, so that it is whole or absent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    shard_folder = draft / _SHARD
    shard_folder.mkdir()
    shard = edge.EdgeShard.create(str(shard_folder), config(identity.dimensions, layout))
    for field in FILTER_FIELDS:
        index = edge.KeywordIndexParams(is_tenant=field == TENANT_FIELD)
        shard.update(edge.UpdateOperation.create_field_index(field, index))
    for field in DATE_FIELDS:
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Integer))
    shard.close()
    note(draft, identity, layout)
    try:
        os.replace(draft, folder)
    except OSError:
        shutil.rmtree(draft)
        if not folder.exists():
            raise


def config(dimensions: int, layout: IndexLayout) -> edge.EdgeConfig:
    """The schema of the index as Edge takes it."""
    in_memory = edge.Memory.Pinned
    quantized: dict[str, Any] = {
        "int8": edge.ScalarQuantizationConfig(edge.ScalarType.Int8, memory=in_memory),
        "binary": edge.BinaryQuantizationConfig(memory=in_memory),
    }
    return edge.EdgeConfig(
        vectors={
            DENSE: edge.EdgeVectorParams(
                size=dimensions,
                distance=edge.Distance.Cosine,
                quantization_config=quantized.get(layout.quantization),
                # The engine's own numbers: where one is named, all have to be.
                hnsw_config=edge.HnswIndexConfig(
                    m=16,
                    ef_construct=100,
                    full_scan_threshold=10_000,
                    memory=edge.Memory.Cold if layout.graph_on_disk else in_memory,
                ),
                memory=edge.Memory.Cold if layout.vectors_on_disk else edge.Memory.Cached,
            ),
            # Sentence vectors are read with their passage and never searched: no graph.
            SENTENCES: edge.EdgeVectorParams(
                size=dimensions,
                distance=edge.Distance.Cosine,
                datatype=edge.VectorStorageDatatype.Float16,
                multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
                hnsw_config=edge.HnswIndexConfig(m=0, ef_construct=4, full_scan_threshold=0),
                memory=edge.Memory.Cold,
            ),
        },
        sparse_vectors={
            SPARSE: edge.EdgeSparseVectorParams(
                full_scan_threshold=SPARSE_FULL_SCAN, modifier=edge.Modifier.Idf
            )
        },
    )


def explained(error: Exception, folder: Path) -> UnavailableError:
    """An error of opening or making a folder, with what to do about it."""
    # How the file lock on the write-ahead log is refused.
    if "WouldBlock" in str(error):
        return IndexLockedError(
            f"The index in {folder} is open in another process.",
            "Stop the running service or the other command, or set TRILOGUE_DATA_DIR.",
        )
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        return UnavailableError(
            f"The folder {folder} cannot be used: {error}",
            "Name one that this user may write to, on a disk with space (TRILOGUE_DATA_DIR).",
        )
    return UnavailableError(
        f"The index in {folder} cannot be opened: {error}",
        "Restore it from a backup, or move the folder away and ingest the documents again.",
    )
