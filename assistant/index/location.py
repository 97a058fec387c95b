"""Where an index is: a folder of Qdrant Edge, or a collection of a Qdrant server."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import SecretStr
from qdrant_client import QdrantClient

from assistant.errors import InvalidInputError
from assistant.index.edge import EdgePassageStore
from assistant.index.edge_folder import edge_identity
from assistant.index.layout import IndexLayout
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore, collection_identity
from assistant.index.store import PassageStore
from assistant.settings import Settings


@dataclass(frozen=True)
class EdgeFolder:
    """A folder of Qdrant Edge: the one that has ``index.json``."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def identity(self) -> IndexIdentity | None:
        """What the index there was built with; None where there is none.

        Raises:
            UnavailableError: It cannot be read.
        """
        return edge_identity(self.path)

    def free(self) -> int | None:
        """Bytes that are left on its disk."""
        there = next(p for p in (self.path.absolute(), *self.path.absolute().parents) if p.exists())
        return shutil.disk_usage(there).free

    def open(self, identity: IndexIdentity, layout: IndexLayout) -> PassageStore:
        """The store there; where there is none, an empty one is made and laid out so.

        Raises:
            UnavailableError: It cannot be opened, or was built with something else.
        """
        return EdgePassageStore(self.path, identity, layout)


@dataclass(frozen=True)
class ServerCollection:
    """A collection of a Qdrant server.

    Attributes:
        url: Where the server is.
        collection: Name of the Qdrant collection.
        api_key: What the server asks for, if anything.
    """

    url: str
    collection: str
    api_key: SecretStr | None = None

    def __str__(self) -> str:
        return f"{self.url}?collection={self.collection}"

    def identity(self) -> IndexIdentity | None:
        """What the index there was built with; None where there is none.

        Raises:
            UnavailableError: The server does not answer, or the collection is not ours.
        """
        client = self._connected()
        try:
            return collection_identity(client, self.collection)
        finally:
            client.close()

    def open(self, identity: IndexIdentity, layout: IndexLayout) -> PassageStore:
        """The store there; where there is none, an empty one is made and laid out so.

        Raises:
            UnavailableError: It cannot be opened, or was built with something else.
        """
        return ServerPassageStore(self._connected(), self.collection, identity, layout)

    def free(self) -> int | None:
        """Bytes that are left on its disk: a server does not tell."""
        return None

    def _connected(self) -> QdrantClient:
        key = self.api_key.get_secret_value() if self.api_key else None
        return QdrantClient(url=self.url, api_key=key, timeout=30)


IndexLocation = EdgeFolder | ServerCollection


def location_of(settings: Settings) -> IndexLocation:
    """Where the settings have the index."""
    if settings.qdrant_url is None:
        return EdgeFolder(settings.edge_dir)
    return ServerCollection(
        settings.qdrant_url, settings.qdrant_collection, settings.qdrant_api_key
    )


def parse_location(text: str, settings: Settings, api_key: SecretStr | None) -> IndexLocation:
    """The index that an operator names.

    Args:
        text: A folder, or the URL of a server: ``http://host:6333?collection=name``; without a
            name it is the settings' collection.
        settings: Whose server is sent the settings' key.
        api_key: Key of a server; None for the settings' key if it is the settings' server.

    Raises:
        InvalidInputError: The URL has something else after the question mark.
    """
    if not text.startswith(("http://", "https://")):
        return EdgeFolder(Path(text).resolve())
    parts = urlsplit(text)
    asked = parse_qs(parts.query, keep_blank_values=True)
    names = asked.pop("collection", [settings.qdrant_collection])
    if asked or len(names) != 1 or not names[0]:
        raise InvalidInputError(
            f"{text} does not name a collection.", "Write it as http://host:6333?collection=name."
        )
    url = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    # Keys are for the server that they were made for.
    if api_key is None and settings.qdrant_url and url == settings.qdrant_url.rstrip("/"):
        api_key = settings.qdrant_api_key
    return ServerCollection(url, names[0], api_key)
