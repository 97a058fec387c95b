"""A window of documents on their way to their vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.index.passage import PassageNode
from ingest.draft import Draft
from ingest.executor import Executor, Pending
from ingest.progress import Tally


class Window:
    """Documents that are embedded and written together. The executor is asked at once.

    Args:
        drafts: The documents.
        executor: Where they are embedded.
    """

    def __init__(self, drafts: Sequence[Draft], executor: Executor) -> None:
        self.drafts = drafts
        self.passages = sum(len(item.nodes) for item in drafts)
        # The longest first: batches of similar length waste little.
        nodes = [node for item in drafts for node in item.nodes]
        by_length = sorted(nodes, key=lambda node: -len(node.text))
        parts = [by_length[i : i + executor.part] for i in range(0, len(by_length), executor.part)]
        self._parts: list[tuple[Sequence[PassageNode], Pending[Sequence[PassageNode]]]] = [
            (part, executor.embed(part)) for part in parts
        ]

    def embedded(self, tally: Tally) -> Mapping[str, PassageNode]:
        """Its passages with their vectors, by id.

        Raises:
            Exception: Whatever embedding raises.
        """
        done: dict[str, PassageNode] = {}
        for part, result in self._parts:
            done |= {node.node_id: node for node in result()}
            tally.embedded(len(part), part[0].metadata["source"])
        return done
