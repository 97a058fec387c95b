"""What embeds passages on the nodes of a Ray cluster.

A plain class: the driver makes actors of it. A node imports it from its own Trilogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import torch

from assistant.index.passage import PassageNode
from assistant.language.lexicon import LEXICON
from assistant.models.embedder import Embedder, Vectors
from assistant.models.open import open_embedder
from assistant.settings import Settings
from ingest.executor import PassageEmbedding
from ingest.ray_reading import Introduction, introduction

#: Its vector tells whether two nodes have the same model.
_PROBE = " ".join(words.letters.sentence for words in LEXICON.values())
#: Cosine of two vectors of it: formats of numbers differ by less, different models by far more.
_SAME_MODEL = 0.98


def probe(embedder: Embedder) -> Vectors:
    """What an embedder makes of a fixed text, ``(d,)``."""
    vector: Vectors = embedder.embed_sentences([_PROBE])[0]
    return vector


class EmbeddingWorker:
    """Gives passages their vectors. The embedder is loaded when it is first needed.

    Args:
        settings: The driver's. Where models are and what to compute on is the node's to say.
        threads: Cores to compute on.
    """

    def __init__(self, settings: Settings, threads: int) -> None:
        here = Settings()
        self._settings = settings.model_copy(
            update={"models_dir": here.models_dir, "embedder_device": here.embedder_device}
        )
        torch.set_num_threads(threads)

    @cached_property
    def _embedder(self) -> Embedder:
        return open_embedder(self._settings)

    @cached_property
    def _embedding(self) -> PassageEmbedding:
        return PassageEmbedding(self._embedder)

    def introduce(self) -> Introduction:
        """See `introduction`.

        Raises:
            UnavailableError: The embedder cannot be loaded on this node.
        """
        return introduction(probe(self._embedder))

    def embed(self, nodes: Sequence[PassageNode]) -> list[PassageNode]:
        """See `PassageEmbedding`."""
        return self._embedding(nodes)


def difference(worker: Introduction, driver: Introduction) -> str | None:
    """In what a worker is not what the driver is; None where both do the same work."""
    if worker.trilogue != driver.trilogue:
        return f"has Trilogue {worker.trilogue}, and this machine {driver.trilogue}"
    if worker.pipeline != driver.pipeline:
        return (
            f"cuts documents as pipeline {worker.pipeline} does, and this machine as "
            f"pipeline {driver.pipeline}"
        )
    if worker.probe is not None and driver.probe is not None:
        if worker.probe.shape != driver.probe.shape:
            return f"makes vectors of {worker.probe.size} numbers, and not {driver.probe.size}"
        if float(np.dot(worker.probe, driver.probe)) < _SAME_MODEL:
            return "has another model of the embedder's name"
    return None
