"""A Ray cluster as the place where a job reads its files and embeds its passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from assistant.errors import UnavailableError
from assistant.index.passage import PassageNode
from assistant.models.embedder import Embedder
from assistant.settings import Settings
from ingest import ray_cluster
from ingest.executor import AHEAD, Pending, ReadFile
from ingest.ray_cluster import Node
from ingest.ray_crew import Crew
from ingest.ray_embedding import EmbeddingWorker, difference, probe
from ingest.ray_reading import Introduction, ReadingWorker, introduction
from ingest.readers import SourceText

#: Passages of one call: few enough that every worker has some of a window.
_PART = 32
#: Seconds in which workers load their models.
_START = 600.0


class RayExecutor:
    """Workers on the nodes of a Ray cluster read and embed; see `Executor`.

    Files are sent to them, so no node needs the driver's folders. Only the driver writes. What
    a lost worker or node had under way is done again by another.

    Args:
        settings: Limits, and how many workers (``ray_readers``, ``ray_embedders``).
        embedder: The driver's: workers that embed in another way are refused.
        nodes: Where workers run.
    """

    part = _PART

    def __init__(self, settings: Settings, embedder: Embedder, nodes: Sequence[Node]) -> None:
        self._here = introduction(probe(embedder))
        readers = settings.ray_readers or settings.ingest_workers * len(nodes)
        gpus = 0 if settings.embedder_device in ("cpu", "mps") else sum(n.gpus for n in nodes)
        embedders = settings.ray_embedders or gpus or len(nodes)
        self.read_ahead = AHEAD * readers
        # What all have under way while a window is written.
        self.embed_ahead = 2 * _PART * embedders
        self._readers = Crew(_readers(settings, nodes, readers), self._accept)
        self._embedders = Crew(_embedders(settings, nodes, embedders, gpus > 0), self._accept)

    @classmethod
    @contextmanager
    def at(cls, address: str, settings: Settings, embedder: Embedder) -> Iterator[RayExecutor]:
        """The executor at an address (see `ray_cluster.join`), for as long as the context lasts.

        Raises:
            InvalidInputError: That is no address of a cluster.
            UnavailableError: The cluster, or a worker in it, cannot take part; it says why.
        """
        ray_cluster.join(address)
        try:
            executor = cls(settings, embedder, ray_cluster.nodes())
            try:
                executor._readers.start(_START)
                executor._embedders.start(_START)
                yield executor
            finally:
                executor._readers.close()
                executor._embedders.close()
        finally:
            ray_cluster.leave()

    @contextmanager
    def reading(self) -> Iterator[ReadFile]:
        """See `Executor.reading`."""

        def read(path: Path, name: str) -> Pending[SourceText]:
            # The bytes are taken when they are sent: few files are in memory at a time.
            call = self._readers.submit("read", lambda: (path.name, name, path.read_bytes()))
            return call.result

        yield read

    def embed(self, nodes: Sequence[PassageNode]) -> Pending[Sequence[PassageNode]]:
        """See `Executor.embed`."""
        return self._embedders.submit("embed", lambda: (nodes,)).result

    def _accept(self, worker: Introduction) -> None:
        if differs := difference(worker, self._here):
            raise UnavailableError(
                f"The node {worker.host} {differs}.",
                "Install the same Trilogue and the same models on every node.",
            )


def _readers(settings: Settings, nodes: Sequence[Node], count: int) -> list[Callable[[], Any]]:
    actor = ray.remote(ReadingWorker)
    places = [nodes[i % len(nodes)] for i in range(count)]
    return [partial(_made, actor, place, 0, settings) for place in places]


def _embedders(
    settings: Settings, nodes: Sequence[Node], count: int, on_gpus: bool
) -> list[Callable[[], Any]]:
    actor = ray.remote(EmbeddingWorker)
    rounds = max(node.gpus for node in nodes) if on_gpus else 1
    order = [node for i in range(rounds) for node in nodes if not on_gpus or node.gpus > i]
    places = [order[i % len(order)] for i in range(count)]
    return [
        partial(_made, actor, place, int(on_gpus), settings, place.cpus // places.count(place) or 1)
        for place in places
    ]


def _made(actor: Any, place: Node, gpus: int, *arguments: Any) -> Any:
    # On its node while that is there. CPUs are not reserved, as in one process: readers and
    # embedders share them, and the workers of a lost node fit on any other.
    strategy = NodeAffinitySchedulingStrategy(place.id, soft=True)
    options = {"num_cpus": 0, "num_gpus": gpus, "scheduling_strategy": strategy}
    return actor.options(**options).remote(*arguments)
