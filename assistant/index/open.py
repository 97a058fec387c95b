"""Opening the store that the settings ask for."""

from __future__ import annotations

from assistant.index.location import location_of
from assistant.index.schema import IndexIdentity
from assistant.index.store import PassageStore
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings


def open_store(settings: Settings, embedder: SentenceTransformerEmbedder) -> PassageStore:
    """The store for this embedder's vectors.

    A Qdrant server where ``qdrant_url`` is set, else Qdrant Edge in the data folder.

    Raises:
        UnavailableError: The store cannot be opened; the message says what to do.
    """
    identity = IndexIdentity(embedder.model_name, embedder.dimensions)
    return location_of(settings).open(identity)
