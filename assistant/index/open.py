"""Opening the store that the settings ask for."""

from __future__ import annotations

from qdrant_client import QdrantClient

from assistant.errors import UnavailableError
from assistant.index.edge import EdgePassageStore
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.store import PassageStore
from assistant.models.embedder import Embedder
from assistant.settings import Settings


def open_store(settings: Settings, embedder: Embedder) -> PassageStore:
    """The store for this embedder's vectors.

    A Qdrant server where ``qdrant_url`` is set, else Qdrant Edge in the data folder.

    Raises:
        UnavailableError: The store cannot be opened; the message says what to do.
    """
    identity = IndexIdentity(embedder.model_name, embedder.dimensions)
    if settings.qdrant_url is None:
        try:
            return EdgePassageStore(settings.edge_dir, identity)
        except OSError as error:
            raise UnavailableError(
                f"The data folder {settings.data_dir} cannot be used: {error}",
                "Name one that this user may write in TRILOGUE_DATA_DIR.",
            ) from error
    key = settings.qdrant_api_key
    client = QdrantClient(
        url=settings.qdrant_url, api_key=key.get_secret_value() if key else None, timeout=30
    )
    return ServerPassageStore(client, settings.qdrant_collection, identity)
