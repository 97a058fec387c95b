"""Opening the embedder that the settings ask for."""

from __future__ import annotations

from pathlib import Path

import regex

from assistant.models.catalogue import catalogue
from assistant.models.embedder import Embedder, load_embedder
from assistant.models.embedding_server import EmbeddingServer
from assistant.models.prompts import Prompts
from assistant.models.served_embedder import ServedEmbedder
from assistant.settings import Settings

_NO_FILE_NAME = regex.compile(r"[^\w.-]+")


def open_embedder(settings: Settings) -> Embedder:
    """The embedder: at ``embedder_url`` where that is set, else a model of this machine.

    Raises:
        UnavailableError: It cannot be opened; the message says what to do.
    """
    if settings.embedder_url is None:
        return load_embedder(settings)
    key = settings.embedder_api_key
    server = EmbeddingServer(
        settings.embedder_url,
        _at_server(settings),
        key.get_secret_value() if key else None,
        settings.embedder_batch,
        settings.embedder_timeout,
    )
    return ServedEmbedder(embedder_name(settings), served_prompts(settings), server.embed)


def embedder_name(settings: Settings) -> str:
    """What the embedder is called, by its index and by what is fitted for it. A served one has a
    name of its own: over the same weights its vectors are made in another way."""
    if settings.embedder_url:
        return f"served-{_NO_FILE_NAME.sub('-', _at_server(settings))}"
    return settings.embedder if settings.embedder in catalogue() else Path(settings.embedder).name


def served_prompts(settings: Settings) -> Prompts:
    """The prompts of the served embedder: the settings', else those of the model of the catalogue
    that has the name at the server, with an organisation before it or not; else none."""
    entry = catalogue().get(_at_server(settings).rpartition("/")[2])
    known = (entry and entry.prompts) or Prompts()
    query, document = settings.embedder_query_prompt, settings.embedder_document_prompt
    return Prompts(
        known.query if query is None else query, known.document if document is None else document
    )


def _at_server(settings: Settings) -> str:
    return settings.embedder_model or settings.embedder
