"""What Prometheus reads of each collection: of a number of them by name, of the rest together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from assistant.errors import UnavailableError
from assistant.storage.registry import CollectionSize

#: Collections with a name of their own: each is a time series, and anybody with a key to ingest
#: can make more.
NAMED = 100
#: What the others are called together.
OTHERS = "(others)"


class CollectionMetrics(Collector):
    """Documents, passages and replies by collection.

    The largest collections get their names first. A name stays until the process ends.

    Args:
        sizes: The collections as they are now, the largest first.
    """

    def __init__(self, sizes: Callable[[], Sequence[CollectionSize]]) -> None:
        self._sizes = sizes
        self._lock = Lock()
        self._names: set[str] = set()
        self._replies: Counter[tuple[str, str]] = Counter()

    def reply(self, collections: Iterable[str], outcome: str) -> None:
        """Count a reply for each collection that it cites, or names for want of an answer."""
        with self._lock:
            for name in {self._named(collection) for collection in collections}:
                self._replies[name, outcome] += 1

    def _named(self, collection: str) -> str:
        if collection not in self._names:
            if len(self._names) >= NAMED:
                return OTHERS
            self._names.add(collection)
        return collection

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The metrics as they are now; without sizes while the database is away."""
        documents: Counter[str] = Counter()
        passages: Counter[str] = Counter()
        try:
            sizes = self._sizes()
        except UnavailableError:
            sizes = ()
        with self._lock:
            for size in sizes:
                name = self._named(size.collection)
                documents[name] += size.documents
                passages[name] += size.passages
            replies = dict(self._replies)
        for name, text, counts in (
            ("trilogue_documents", "Documents.", documents),
            ("trilogue_passages", "Passages.", passages),
        ):
            gauge = GaugeMetricFamily(name, text, labels=["collection"])
            for collection, count in counts.items():
                gauge.add_metric([collection], count)
            yield gauge
        counted = CounterMetricFamily(
            "trilogue_collection_replies",
            "Replies that cite a collection, or name its documents for want of an answer.",
            labels=["collection", "outcome"],
        )
        for labels, count in replies.items():
            counted.add_metric(list(labels), count)
        yield counted
