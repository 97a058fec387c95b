"""How an index is laid out: what is quantized, what stays on disk, over how many nodes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

from assistant.settings import Settings

Quantization = Literal["none", "int8", "binary"]
OnDisk = Literal["nothing", "vectors", "all"]

#: How many times more candidates are taken by their quantized vectors than are asked for. They
#: are scored anew by the vectors themselves, so a score is the same in every layout.
OVERSAMPLING: Final[dict[str, float]] = {"int8": 1.5, "binary": 3.0}


@dataclass(frozen=True)
class IndexLayout:
    """How the dense vectors are kept, and where. What is found and its scores stay the same but
    for what an approximate search misses.

    Attributes:
        quantization: How dense vectors are shortened for the search: not at all (4 bytes a
            dimension), to a byte, or to a bit. The shortened ones are kept in memory.
        on_disk: What is read from disk as it is needed: nothing, the vectors themselves, or the
            graph as well.
        shards: Parts of a collection of a server; None leaves it to the server (one a node).
        replicas: Copies of each part.
    """

    quantization: Quantization = "none"
    on_disk: OnDisk = "nothing"
    shards: int | None = None
    replicas: int = 1

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings ask for."""
        return cls(
            settings.index_quantization,
            settings.index_on_disk,
            settings.qdrant_shards,
            settings.qdrant_replicas,
        )

    @property
    def vectors_on_disk(self) -> bool:
        """Whether the vectors themselves are read from disk."""
        return self.on_disk != "nothing"

    @property
    def graph_on_disk(self) -> bool:
        """Whether the graph is read from disk."""
        return self.on_disk == "all"

    @property
    def majority(self) -> int:
        """Copies that must have a write before it counts."""
        return self.replicas // 2 + 1

    def unlike(self, wanted: IndexLayout) -> list[str]:
        """In what this layout is not the one that is wanted, in words."""
        mine, theirs = asdict(self), asdict(wanted)
        return [
            f"{name} {mine[name]} instead of {theirs[name]}"
            for name in mine
            if mine[name] != theirs[name] and not (name == "shards" and theirs[name] is None)
        ]

    def in_a_folder(self) -> IndexLayout:
        """The same without what only a server has."""
        return IndexLayout(self.quantization, self.on_disk)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(**values)


#: All in memory, as it is: what fits up to about a million passages.
PLAIN: Final = IndexLayout()
