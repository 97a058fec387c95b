"""Where a job reads its files and embeds its passages: `Executor`, and this process as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from llama_index.core.ingestion import IngestionPipeline

from assistant.index.passage import PassageNode
from assistant.models.embedder import Embedder
from assistant.settings import Settings
from ingest.passages import PassageVectorizer
from ingest.readers import SourceText
from ingest.reading import read_twice, reading_pool

#: Passages that are embedded and written together: enough for batches of similar length, few
#: enough that little is lost when the job is killed. A longer document is embedded in parts of
#: this size and written whole.
WINDOW = 256
#: Files that are read ahead for each worker: the next batch is ready when the embedder is.
AHEAD = 4

T = TypeVar("T")
#: Work that is begun, or will be when it is asked for: called once, it gives the result or raises.
Pending: TypeAlias = Callable[[], T]
#: Begins to read a file, which errors call by the name that is given.
ReadFile: TypeAlias = Callable[[Path, str], Pending[SourceText]]


class Executor(Protocol):
    """Where a job's files are read and its passages get their vectors.

    The job asks ahead, within the bounds that the executor names, and takes the results in the
    order in which it asked. Reading raises what `ReadingPool.result` does. Where the executor
    itself is lost, not a file or a passage, both raise UnavailableError, which ends the job.

    Attributes:
        read_ahead: Files whose reading is under way at most.
        embed_ahead: Passages of whole windows that are under way while another is written.
        part: Passages that are embedded together.
    """

    @property
    def read_ahead(self) -> int: ...

    @property
    def embed_ahead(self) -> int: ...

    @property
    def part(self) -> int: ...

    def reading(self) -> AbstractContextManager[ReadFile]:
        """What reads files until the context ends."""

    def embed(self, nodes: Sequence[PassageNode]) -> Pending[Sequence[PassageNode]]:
        """Passages with all their vectors, in the order given."""


class PassageEmbedding:
    """Gives passages their vectors, through llama-index's IngestionPipeline.

    Args:
        embedder: What their vectors are from.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._pipeline = IngestionPipeline(
            transformations=[PassageVectorizer(embedder=embedder)], disable_cache=True
        )

    def __call__(self, nodes: Sequence[PassageNode]) -> list[PassageNode]:
        """The passages with all their vectors, in the order given."""
        return [node for node in self._pipeline.run(nodes=nodes) if isinstance(node, PassageNode)]


class LocalExecutor:
    """Worker processes of this machine read; this process embeds, when it is asked to.

    Args:
        settings: Limits, and how many worker processes.
        embedder: What passages get their vectors from.
    """

    embed_ahead = 0

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedding = PassageEmbedding(embedder)
        self.read_ahead = AHEAD * settings.ingest_workers
        self.part = WINDOW

    @contextmanager
    def reading(self) -> Iterator[ReadFile]:
        """See `Executor.reading`. The processes start with the first file."""
        with reading_pool(self._settings, self._settings.ingest_workers, read_twice) as pool:

            def read(path: Path, name: str) -> Pending[SourceText]:
                return partial(pool.result, pool.submit(path), name)

            yield read

    def embed(self, nodes: Sequence[PassageNode]) -> Pending[Sequence[PassageNode]]:
        """See `Executor.embed`."""
        return partial(self._embedding, nodes)
