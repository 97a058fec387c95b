"""The one schema of the index: named vectors, payload fields, and its version."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Self

DENSE: Final = "dense"
SPARSE: Final = "sparse"
SENTENCES: Final = "sentences"

#: Payload fields that filters use; each has a keyword index in Qdrant.
FILTER_FIELDS: Final = (
    "collection",
    "document_id",
    "language",
    "work_id",
    "content_hash",
    "article",
)
#: The field whose values part the passages into groups that are searched by themselves: Qdrant
#: keeps the passages of each together on disk.
TENANT_FIELD: Final = "collection"
#: Payload fields that hold dates as numbers (20260911); each has an integer index in Qdrant.
DATE_FIELDS: Final = ("effective_from", "effective_until")

#: With fewer passages than these in a filter, a search by terms compares all of them instead of
#: walking the terms' lists, which are as long as the whole index. Over a million passages both take
#: the same time at 50,000, and in a smaller index the walk is short anyway (`benchmarks/hub.py`).
SPARSE_FULL_SCAN: Final = 20_000

#: Raised when a change of the schema makes stored passages unreadable.
VERSION: Final = 2


@dataclass(frozen=True)
class IndexIdentity:
    """What an index was built with. Another embedder's vectors must never be mixed in.

    Attributes:
        embedder: Name of the embedder.
        dimensions: Length of its vectors.
        version: Version of the schema.
    """

    embedder: str
    dimensions: int
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(values["embedder"], values["dimensions"], values["version"])
