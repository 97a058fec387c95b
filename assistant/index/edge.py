"""Qdrant Edge: the Qdrant engine in this process, over a folder that one process may open."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, RLock
from typing import Any

import qdrant_edge as edge
from llama_index.core.bridge.pydantic import PrivateAttr

from assistant.errors import UnavailableError
from assistant.index.edge_build import build_apart
from assistant.index.edge_folder import (
    config,
    create,
    drop_other_shards,
    explained,
    new_shard,
    note,
    stored_built,
    stored_identity,
    stored_layout,
    stored_shard,
)
from assistant.index.layout import OVERSAMPLING, PLAIN, IndexLayout
from assistant.index.passage import PassageNode
from assistant.index.schema import (
    DATE_FIELDS,
    DENSE,
    SENTENCES,
    SPARSE,
    IndexIdentity,
)
from assistant.index.store import (
    PREFETCH,
    Leg,
    PassageStore,
    Query,
    check_identity,
    node_from,
)
from assistant.index.switch import SwitchLock

_log = logging.getLogger(__name__)

_SCROLL = 1000
#: Bytes that the disk has to have left. Edge maps its files into memory, and grows them by 32 MiB
#: each: on a full disk the system would end the process (SIGBUS).
_SPARE = 2**29
#: New passages from which on search structures are built: one in so many, but not fewer than the
#: engine builds any for, and not more than are compared in a few milliseconds.
_SHARE_NEW, _FEWEST_NEW, _MOST_NEW = 10, 2_000, 20_000
#: Values of a field that are counted at most: more than any index has documents.
_VALUES = 100_000_000


class EdgePassageStore(PassageStore):
    """Passages in a Qdrant Edge shard.

    Args:
        folder: Where the shard is or is to be created.
        identity: What the index is, or is to be, built with.
        layout: How a new index is laid out; one that is there stays as it is.

    Raises:
        IndexLockedError: Another process has the folder open.
        IndexMismatchError: The folder's index was built with something else.
    """

    _folder: Path = PrivateAttr()
    _identity: IndexIdentity = PrivateAttr()
    _layout: IndexLayout = PrivateAttr()
    _shard: edge.EdgeShard = PrivateAttr()
    # Reads may run side by side; writes go one after another. Who keeps readers out has it before,
    # so that these do not wait for what another one writes.
    _write_lock: RLock = PrivateAttr(default_factory=RLock)
    #: What is written while the search structures are built beside it.
    _journal: list[edge.UpdateOperation] | None = PrivateAttr(default=None)
    _building: Lock = PrivateAttr(default_factory=Lock)
    _switch: SwitchLock = PrivateAttr(default_factory=SwitchLock)

    def __init__(self, folder: Path, identity: IndexIdentity, layout: IndexLayout = PLAIN) -> None:
        super().__init__()
        self._folder = folder
        self._identity = identity
        try:
            if not folder.exists():
                create(folder, identity, layout.in_a_folder())
            check_identity(stored_identity(folder), identity, str(folder))
            self._layout = stored_layout(folder)
            self._shard = edge.EdgeShard.load(str(stored_shard(folder)))
            drop_other_shards(folder)  # they are ours, since the folder is
        except UnavailableError:
            raise
        except Exception as error:  # Edge raises nothing more precise
            raise explained(error, folder) from error

    @property
    def client(self) -> edge.EdgeShard:
        """The shard."""
        return self._shard

    def upsert(self, nodes: Sequence[PassageNode]) -> None:
        points = [_point(node) for node in nodes]
        if points:
            self._require_space()
            self._update(edge.UpdateOperation.upsert_points(points))

    def _require_space(self) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < _SPARE:
            raise UnavailableError(
                f"The disk of the index in {self._folder} has {free / 2**20:.0f} MiB left.",
                f"Make space: Qdrant Edge needs {_SPARE / 2**20:.0f} MiB to grow.",
            )

    def _update(self, operation: edge.UpdateOperation) -> None:
        try:
            with self._write_lock:
                self._shard.update(operation)
                if self._journal is not None:
                    self._journal.append(operation)
        except Exception as error:  # Edge raises nothing more precise
            raise UnavailableError(
                f"The index in {self._folder} cannot be written: {error}",
                "Check the space on its disk and that this user may write there.",
            ) from error

    def search(self, query: Query) -> list[tuple[PassageNode, float]]:
        if not query.legs:
            return []
        with self._switch.shared():
            points = self._shard.query(
                edge.QueryRequest(
                    limit=query.limit,
                    with_payload=True,
                    with_vector=query.with_vectors,
                    **(self._fused(query) if len(query.legs) > 1 else self._single(query)),
                )
            )
        return [(_node(point, query.with_vectors), point.score) for point in points]

    def _fused(self, query: Query) -> dict[str, Any]:
        """What ranks the candidates by their fused score.

        The candidates are asked for by themselves: as prefetches of each leg they would be
        searched for once a leg, which takes three times as long.
        """
        depth, selection = max(PREFETCH, query.limit), _filter(query)
        params = self._params
        candidates = {
            point.id
            for leg in query.candidates
            for point in self._shard.query(
                edge.QueryRequest(limit=depth, query=_nearest(leg), filter=selection, params=params)
            )
        }
        among = edge.Filter(must=[edge.HasIdCondition(candidates)])
        scored = [
            edge.Prefetch(len(candidates), query=_nearest(leg), filter=among, params=params)
            for leg in query.legs
        ]
        scores = [f"$score[{i}]" for i in range(len(scored))]
        weighted = [
            edge.Expression.Mult(
                [edge.Expression.Constant(leg.weight), edge.Expression.Variable(name)]
            )
            for leg, name in zip(query.legs, scores, strict=True)
        ]
        # A candidate that shares no term with the query has no lexical score.
        formula = edge.Formula(edge.Expression.Sum(weighted), defaults=dict.fromkeys(scores, 0.0))
        return {"prefetches": scored, "query": formula}

    def _single(self, query: Query) -> dict[str, Any]:
        """What ranks by the one leg there is."""
        return {
            "query": _nearest(query.legs[0]), "filter": _filter(query), "params": self._params
        }  # fmt: skip

    @property
    def _params(self) -> edge.SearchParams | None:
        """What has quantized vectors find candidates, and the others score them."""
        oversampling = OVERSAMPLING.get(self._layout.quantization)
        if oversampling is None:
            return None
        return edge.SearchParams(
            quantization=edge.QuantizationSearchParams(rescore=True, oversampling=oversampling)
        )

    def select(
        self, filters: dict[str, list[Any]], with_vectors: bool = False
    ) -> list[PassageNode]:
        with self._switch.shared():
            records = self._scroll(filters, with_payload=True, with_vectors=with_vectors)
            nodes = [_node(record, with_vectors) for record in records]
        return sorted(nodes, key=lambda n: (n.metadata["document_id"], n.metadata["ordinal"]))

    def _scroll(
        self, filters: dict[str, list[Any]], with_payload: bool, with_vectors: bool = False
    ) -> Iterator[edge.Record]:
        offset = None
        while True:
            records, offset = self._page(filters, offset, with_payload, with_vectors)
            yield from records
            if offset is None:
                return

    def _page(
        self,
        filters: dict[str, list[Any]],
        offset: edge.PointId | None,
        with_payload: bool = True,
        with_vectors: bool = False,
    ) -> tuple[list[edge.Record], edge.PointId | None]:
        request = edge.ScrollRequest(
            offset=offset,
            limit=_SCROLL,
            filter=_matching(filters),
            with_payload=with_payload,
            with_vector=with_vectors,
        )
        return self._shard.scroll(request)

    def retrieve(self, ids: Sequence[str], with_vectors: bool = False) -> list[PassageNode]:
        with self._switch.shared():
            records = self._shard.retrieve(list(ids), True, with_vectors)
        return [_node(record, with_vectors) for record in records]

    def pages(self, filters: dict[str, list[Any]] | None = None) -> Iterator[list[PassageNode]]:
        offset = None
        while True:
            # Not for all pages at once: whoever reads them may take his time, or write.
            with self._switch.shared():
                records, offset = self._page(filters or {}, offset)
            yield [_node(record, with_vectors=False) for record in records]
            if offset is None:
                return

    def facet(self, field: str) -> dict[str, int]:
        with self._switch.shared():
            found = self._shard.facet(edge.FacetRequest(field, limit=_VALUES, exact=True))
        # The values of passages that were deleted stay for a while.
        return {str(hit.value): hit.count for hit in found.hits if hit.count}

    def delete_ids(self, ids: Sequence[str]) -> None:
        if ids:
            self._update(edge.UpdateOperation.delete_points(list(ids)))

    def delete_where(self, filters: dict[str, list[Any]]) -> None:
        with self._switch.shared():
            ids = [str(record.id) for record in self._scroll(filters, with_payload=False)]
        self.delete_ids(ids)

    def count(self, filters: dict[str, list[Any]] | None = None) -> int:
        with self._switch.shared():
            return self._shard.count(edge.CountRequest(exact=True, filter=_matching(filters or {})))

    def set_payload(self, ids: Sequence[str], values: dict[str, Any]) -> None:
        if ids:
            self._update(edge.UpdateOperation.set_payload(list(ids), values))

    @contextmanager
    def switching(self) -> Iterator[None]:
        with self._write_lock, self._switch.exclusive():
            yield

    @property
    def layout(self) -> IndexLayout:
        return self._layout

    def lay_out(self, wanted: IndexLayout) -> None:
        """Build the index anew in place; nobody reads or writes meanwhile."""
        layout = wanted.in_a_folder()
        with self.switching():
            self._shard.close()
            self._shard = edge.EdgeShard.load(
                str(stored_shard(self._folder)), config(self._identity.dimensions, layout)
            )
            self._shard.optimize()
            self._shard.flush()
            # Last: one that is interrupted here is not taken for done.
            built = self._shard.info().indexed_vectors_count
            note(self._folder, self._identity, layout, stored_shard(self._folder).name, built)
            self._layout = layout

    def optimize(self, stop: Event | None = None) -> None:
        """Build the search structures in another process, over a copy that takes the index's place
        when it is done: the engine keeps Python from doing anything else meanwhile.

        It is done once a share of the passages, or so many, are not in them: until then these are
        compared one by one. Where it fails, or the disk has no room for the copy, the index stays
        as it is, and the log says so.
        """
        if not self._building.acquire(blocking=False):
            return
        draft = new_shard(self._folder)
        try:
            if self._copy_to(draft) and build_apart(draft, stop):
                self._take(draft)
        except Exception:  # what was ingested is ingested
            _log.exception("The search structures of %s were not built", self._folder)
        finally:
            self._journal = None
            if stored_shard(self._folder) != draft:
                shutil.rmtree(draft, ignore_errors=True)
            self._building.release()

    def _copy_to(self, draft: Path) -> bool:
        """Copy the engine's files, where building pays; what is written from now on is noted for
        the copy."""
        with self._write_lock:
            info, built = self._shard.info(), stored_built(self._folder)
            # What is written counts once more, its sparse vector; what is deleted goes on counting
            # until the structures are built.
            new = info.points_count if built is None else info.indexed_vectors_count - built
            if new < min(max(_FEWEST_NEW, info.points_count // _SHARE_NEW), _MOST_NEW):
                return False
            self._shard.flush()
            source = stored_shard(self._folder)
            size = sum(file.stat().st_size for file in source.rglob("*") if file.is_file())
            if shutil.disk_usage(self._folder).free < size + _SPARE:
                _log.warning(
                    "The search structures of %s are not built: that needs %d MiB on its disk.",
                    self._folder,
                    (size + _SPARE) >> 20,
                )
                return False
            shutil.copytree(source, draft)
            self._journal = []
            return True

    def _take(self, draft: Path) -> None:
        """Let what was built take the index's place, with what was written meanwhile."""
        with self._write_lock:
            shard = edge.EdgeShard.load(str(draft))
            built = shard.info().indexed_vectors_count
            for operation in self._journal or ():
                shard.update(operation)
            shard.flush()
            before = stored_shard(self._folder)
            with self._switch.exclusive():
                note(self._folder, self._identity, self._layout, draft.name, built)
                old, self._shard = self._shard, shard
            old.close()
            shutil.rmtree(before, ignore_errors=True)

    def close(self) -> None:
        self._shard.close()


def _point(node: PassageNode) -> edge.Point:
    assert node.sparse is not None
    assert node.sentence_vectors is not None
    vector: dict[str, Any] = {
        DENSE: node.get_embedding(),
        SENTENCES: node.sentence_vectors.tolist(),
        SPARSE: edge.SparseVector(node.sparse.indices, node.sparse.values),
    }
    return edge.Point(node.node_id, vector, {**node.metadata, "text": node.text})


def _node(point: edge.ScoredPoint | edge.Record, with_vectors: bool) -> PassageNode:
    vectors: Any = point.vector if with_vectors else None
    return node_from(str(point.id), dict(point.payload or {}), vectors)


def _nearest(leg: Leg) -> Any:
    value = leg.value
    if leg.using == SPARSE:
        value = edge.SparseVector(value.indices, value.values)
    return edge.Query.Nearest(value, using=leg.using)


def _filter(query: Query) -> edge.Filter | None:
    must: list[Any] = list(_conditions(query.filters))
    if (day := query.in_force_on) is not None:
        for field, span in zip(
            DATE_FIELDS, (edge.RangeFloat(lte=day), edge.RangeFloat(gte=day)), strict=True
        ):
            stated = edge.FieldCondition(field, range=span)
            must.append(edge.Filter(should=[stated, edge.IsEmptyCondition(field)]))
    return edge.Filter(must=must) if must else None


def _matching(filters: dict[str, list[Any]]) -> edge.Filter | None:
    conditions = _conditions(filters)
    return edge.Filter(must=conditions) if conditions else None


def _conditions(filters: dict[str, list[Any]]) -> list[Any]:
    return [
        edge.FieldCondition(key, match=edge.MatchAny(values)) for key, values in filters.items()
    ]
