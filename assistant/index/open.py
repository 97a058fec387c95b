"""Opening the store that the settings ask for."""

from __future__ import annotations

import logging

from assistant.index.layout import IndexLayout
from assistant.index.location import location_of
from assistant.index.schema import IndexIdentity
from assistant.index.store import PassageStore
from assistant.models.embedder import Embedder
from assistant.settings import Settings

_log = logging.getLogger(__name__)


def open_store(settings: Settings, embedder: Embedder) -> PassageStore:
    """The store for this embedder's vectors.

    A Qdrant server where ``qdrant_url`` is set, else Qdrant Edge in the data folder.

    Raises:
        UnavailableError: The store cannot be opened; the message says what to do.
    """
    identity = IndexIdentity(embedder.model_name, embedder.dimensions)
    layout = IndexLayout.of(settings)
    store = location_of(settings).open(identity, layout)
    if unlike := store.layout.unlike(layout if settings.qdrant_url else layout.in_a_folder()):
        _log.warning(
            "The index is not laid out as the settings say: %s. 'trilogue index layout' tells what "
            "to do; it is used as it is.",
            ", ".join(unlike),
        )
    return store
