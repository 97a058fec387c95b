"""What is known of the ingestion that runs, and the signs of life of the process that runs it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from threading import Event, Lock, Thread

from assistant.codes import IngestionState
from assistant.errors import UnavailableError
from assistant.ingestion.progress import Progress
from assistant.ingestion.report import FileResult
from assistant.storage.ingestions import IngestionLog

_log = logging.getLogger(__name__)

#: Seconds between two signs of life, each with the progress of the job: what others see of it.
_BEAT = 1.0


@dataclass
class Running:
    """The ingestion at hand; only the job's thread writes it.

    Attributes:
        id: Of the ingestion.
        told: Paths of the files whose results are known: each as it was told first, although
            another attempt finds it unchanged.
        stop: Ends the job after the documents at hand.
        progress: The last that the job told.
        results: The files that are done, in order.
        began: When, by the clock that only goes on.
    """

    id: str
    told: set[str]
    stop: Event = field(default_factory=Event)
    progress: Progress | None = None
    results: list[FileResult] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since it began, or was taken up."""
        return time.monotonic() - self.began

    def watch(self, progress: Progress) -> None:
        """Take note of what the job tells."""
        self.progress = replace(progress, result=None)
        if (result := progress.result) is not None and result.path not in self.told:
            self.told.add(result.path)
            self.results.append(result)


class Heartbeat:
    """Says every second that a worker is there and how far its ingestion is.

    Args:
        log: Where it says so.
        worker: Who says so.
    """

    def __init__(self, log: IngestionLog, worker: str) -> None:
        self._log = log
        self._worker = worker
        self._over = Event()
        self._thread = Thread(target=self._beat, name="ingestions-heartbeat", daemon=True)
        #: Ingestions of files that this machine alone has, until they are done.
        self.reserved: set[str] = set()
        #: The ingestion at hand.
        self.running: Running | None = None
        self._telling = Lock()
        self._noted: tuple[Running | None, Progress | None, int] = (None, None, 0)

    @contextmanager
    def reserving(self, ingestion_id: str) -> Iterator[None]:
        """Reserve an ingestion, unless the block that writes it down fails."""
        self.reserved.add(ingestion_id)
        try:
            yield
        except BaseException:
            self.reserved.discard(ingestion_id)
            raise

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(_BEAT):
            running = self.running
            if running is None and not self.reserved:
                continue
            try:
                ours = self._log.beat(self._worker)
                if running:
                    self._note(running, ours)
            except UnavailableError as error:
                _log.debug("No sign of life while the database is away: %s", error)

    def _note(self, running: Running, ours: Mapping[str, IngestionState]) -> None:
        """Write down how far the job is; end it where it is to be cancelled, or another worker has
        taken it over."""
        if running.id not in ours:
            if not running.stop.is_set() and self._log.is_unfinished(running.id):
                _log.warning("Ingestion %s is another replica's now", running.id)
            running.stop.set()
            return
        if ours[running.id] == "cancelling":
            running.stop.set()
        self.tell(running)

    def tell(self, running: Running) -> None:
        """Write down what is not known yet of how far the job is.

        Raises:
            UnavailableError: The database fails.
        """
        with self._telling:
            last, progress, count = self._noted
            if last is not running:
                progress, count = None, 0
            results: Sequence[FileResult] = running.results[count:]
            if running.progress is not None and (running.progress != progress or results):
                now = running.progress
                told = [asdict(result) for result in results]
                self._log.tell(running.id, self._worker, now.to_json(), told)
                self._noted = (running, now, count + len(results))
