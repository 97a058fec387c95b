"""Copying an index, with its vectors, between Qdrant Edge and Qdrant servers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.passage import PassageNode
from assistant.index.schema import VERSION, IndexIdentity
from assistant.index.sparse import SparseVector
from assistant.index.store import PassageStore

#: Passages that are read with their vectors and written at once.
_BATCH = 256
#: Passages whose vectors are compared at the end.
_SAMPLE = 256
#: What two numbers that were rounded to float16 differ by at most, between -1 and 1.
_FLOAT16 = 2e-3
#: Bytes on disk for a byte of passages: segments are rewritten beside the old ones.
_SPACE = 2.5
#: Fields by which the passages of both sides are counted at the end.
_COUNTED = ("collection", "document_id", "content_hash")

#: Told how many passages have been looked at, and of how many.
Watch = Callable[[int, int], object]


class UnlikeCopyError(UnavailableError):
    """Source and target are not the same after copying."""

    title = "The copy differs"


@dataclass(frozen=True)
class CopyReport:
    """What became of the passages.

    Attributes:
        copied: New in the target, or other ones there before.
        unchanged: The same in the target before.
        removed: In the target only, and deleted there.
        collections, documents: How many there are, on both sides.
    """

    copied: int = 0
    unchanged: int = 0
    removed: int = 0
    collections: int = 0
    documents: int = 0


def check_copyable(source: IndexIdentity, target: IndexIdentity | None, where: str) -> None:
    """Refuse to mix indexes that were built with different things.

    Args:
        source: What the source was built with.
        target: What the target was built with; None if it is to be made.
        where: What the target is called.

    Raises:
        InvalidInputError: The two cannot be one index.
    """
    if source.version != VERSION:
        raise InvalidInputError(
            f"The source has schema {source.version}, and this version of Trilogue {VERSION}.",
            "Ingest the documents again instead of copying their index.",
        )
    if target not in (None, source):
        raise InvalidInputError(
            f"{where} was built with {target.embedder} ({target.dimensions} dimensions, schema "
            f"{target.version}), the source with {source.embedder} ({source.dimensions}, schema "
            f"{source.version}).",
            "Name another target: vectors of different embedders must not be mixed.",
        )


def copy_index(
    source: PassageStore,
    target: PassageStore,
    prune: bool = False,
    free: int | None = None,
    watch: Watch = lambda *_: None,
) -> CopyReport:
    """Bring over what the target does not have yet, and compare both at the end.

    Run again after an interruption, it goes on where it was: passages are known by their ids,
    and what is the same in the target is not written again. Vectors are copied as they are.

    Args:
        source: Where passages are read.
        target: Where they are written.
        prune: Whether to delete what only the target has.
        free: Bytes that the target's disk has left, where that is known.
        watch: Called after each batch.

    Raises:
        InvalidInputError: The source is empty and the target is not, or the target has other
            passages and ``prune`` is not set; nothing was changed then.
        UnlikeCopyError: The two differ after all.
        UnavailableError: One of them fails, or the target has too little space.
    """
    if not source.count() and target.count():
        raise InvalidInputError(
            "The source is empty, and the target is not.", "Is it the right way round?"
        )
    foreign = 0 if prune else next((len(ids) for ids in _foreign(source, target) if ids), 0)
    if foreign:
        raise InvalidInputError(
            f"The target has passages that the source does not have, at least {foreign}.",
            "Name an empty target, or delete them with --prune.",
        )
    if free is not None:
        _require_space(source, source.count() - target.count(), free)
    sample = _Sample()
    report = _bring_over(source, target, sample, watch)
    if prune:
        for ids in _foreign(source, target):
            target.delete_ids(ids)
            report = replace(report, removed=report.removed + len(ids))
    target.optimize()
    counts = _compare(source, target, sample.ids)
    return replace(report, collections=counts["collection"], documents=counts["document_id"])


def _require_space(source: PassageStore, passages: int, free: int) -> None:
    """A copy that cannot be finished is told before hours of it."""
    first = [node.node_id for node in next(source.pages(), [])[:_BATCH]]
    sizes = [_bytes(node) for node in source.retrieve(first, with_vectors=True)]
    needed = int(_SPACE * passages * sum(sizes) / max(1, len(sizes)))
    if needed > free:
        raise UnavailableError(
            f"The copy needs about {needed / 2**30:.1f} GiB, and the target's disk has "
            f"{free / 2**30:.1f} GiB left.",
            "Make space, or name a folder on another disk.",
        )


def _bytes(node: PassageNode) -> int:
    """What a passage takes: float32, float16 for sentences, 8 bytes for a term, and its payload."""
    assert node.sparse is not None
    assert node.sentence_vectors is not None
    vectors = 4 * len(node.get_embedding()) + 2 * node.sentence_vectors.size
    payload = len(json.dumps({**node.metadata, "text": node.text}, ensure_ascii=False).encode())
    return vectors + 8 * len(node.sparse.indices) + payload


def _foreign(source: PassageStore, target: PassageStore) -> Iterator[list[str]]:
    """Ids of passages that only the target has."""
    for page in target.pages():
        ids = [node.node_id for node in page]
        known = {node.node_id for node in source.retrieve(ids)}
        yield [passage_id for passage_id in ids if passage_id not in known]


def _bring_over(
    source: PassageStore, target: PassageStore, sample: _Sample, watch: Watch
) -> CopyReport:
    total, seen, copied = source.count(), 0, 0
    for page in source.pages():
        for start in range(0, len(page), _BATCH):
            nodes = page[start : start + _BATCH]
            ids = [node.node_id for node in nodes]
            there = {node.node_id: node for node in target.retrieve(ids)}
            wanted = [n.node_id for n in nodes if not _same_payload(n, there.get(n.node_id))]
            if wanted:
                target.upsert(source.retrieve(wanted, with_vectors=True))
            sample.take(ids)
            seen += len(ids)
            copied += len(wanted)
            watch(seen, max(total, seen))
    return CopyReport(copied, seen - copied)


def _same_payload(one: PassageNode, other: PassageNode | None) -> bool:
    return other is not None and one.to_passage() == other.to_passage()


class _Sample:
    """Ids of which each is as likely as any other (reservoir sampling; Vitter 1985)."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._seen = 0
        self._random = np.random.default_rng(0)

    def take(self, ids: list[str]) -> None:
        """Consider these, too."""
        for passage_id in ids:
            self._seen += 1
            if len(self.ids) < _SAMPLE:
                self.ids.append(passage_id)
            elif (at := int(self._random.integers(self._seen))) < _SAMPLE:
                self.ids[at] = passage_id


def _compare(source: PassageStore, target: PassageStore, sample: list[str]) -> dict[str, int]:
    """How many values each of the counted fields has.

    Raises:
        UnlikeCopyError: The two differ, in their counts or in the vectors of the sample.
    """
    counts = {}
    for field in _COUNTED:
        ours, theirs = source.facet(field), target.facet(field)
        unlike = [value for value in ours.keys() | theirs.keys() if _differ(value, ours, theirs)]
        if unlike:
            raise UnlikeCopyError(
                f"Source and target have different numbers of passages for {len(unlike)} values of "
                f"{field}, such as {unlike[0]!r}: {ours.get(unlike[0], 0)} and "
                f"{theirs.get(unlike[0], 0)}.",
                "Run it again; if documents change meanwhile, stop the service first.",
            )
        counts[field] = len(ours)
    originals = {node.node_id: node for node in source.retrieve(sample, with_vectors=True)}
    copies = {node.node_id: node for node in target.retrieve(sample, with_vectors=True)}
    for passage_id, node in originals.items():
        if passage_id not in copies or not _same_vectors(node, copies[passage_id]):
            raise UnlikeCopyError(
                f"Passage {passage_id} has other vectors in the target than in the source.",
                "Copy into a new target.",
            )
    return counts


def _differ(value: str, ours: dict[str, int], theirs: dict[str, int]) -> bool:
    return ours.get(value, 0) != theirs.get(value, 0)


def _same_vectors(one: PassageNode, other: PassageNode) -> bool:
    """Whether two passages have the same vectors, but for rounding to float16."""
    assert one.sparse is not None
    assert other.sparse is not None
    assert one.sentence_vectors is not None
    assert other.sentence_vectors is not None
    return (
        _same_terms(one.sparse, other.sparse)
        and np.allclose(one.get_embedding(), other.get_embedding(), atol=_FLOAT16)
        and one.sentence_vectors.shape == other.sentence_vectors.shape
        and np.allclose(one.sentence_vectors, other.sentence_vectors, atol=_FLOAT16)
    )


def _same_terms(one: SparseVector, other: SparseVector) -> bool:
    ours = dict(zip(one.indices, one.values, strict=True))
    theirs = dict(zip(other.indices, other.values, strict=True))
    return ours.keys() == theirs.keys() and all(
        math.isclose(ours[term], theirs[term], rel_tol=_FLOAT16) for term in ours
    )
