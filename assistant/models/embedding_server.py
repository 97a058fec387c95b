"""An OpenAI-compatible embeddings server, as vLLM, text-embeddings-inference and llama.cpp are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import openai

from assistant.errors import InvalidInputError, UnavailableError
from assistant.models.embedder import Vectors

#: Times that a request is made anew where the server is out of reach, busy or failing, with waits
#: that grow, or that the server names.
_RETRIES = 4
#: Statuses by which servers refuse texts: too many or too long for them, or no text at all.
_TEXTS_REFUSED = (400, 413, 422)


class EmbeddingServer:
    """Embeds texts by requests to ``POST {url}/embeddings``.

    Args:
        url: Base URL, with ``/v1`` where the server has it.
        model: Name of the model there.
        api_key: Key, where it wants one.
        batch: Texts in one request at most.
        timeout: Longest wait for one reply, in seconds.
    """

    def __init__(
        self, url: str, model: str, api_key: str | None, batch: int, timeout: float
    ) -> None:
        self._url = url.rstrip("/")
        self._model = model
        self._batch = batch
        self._client = openai.OpenAI(
            base_url=self._url, api_key=api_key or "-", timeout=timeout, max_retries=_RETRIES
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts, of shape ``(len(texts), d)``. At least one text.

        Raises:
            InvalidInputError: The server takes no request with one of the texts.
            UnavailableError: It does not answer, or not with vectors; it says what to do.
        """
        parts = [texts[i : i + self._batch] for i in range(0, len(texts), self._batch)]
        return np.concatenate([self._embed(part) for part in parts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        try:
            reply = self._client.embeddings.create(
                model=self._model, input=list(texts), encoding_format="float"
            )
        except openai.APIStatusError as error:
            if error.status_code in _TEXTS_REFUSED and len(texts) > 1:
                # Too many at once for it, or one that it refuses: the others are taken alone.
                half = len(texts) // 2
                return np.concatenate([self._embed(texts[:half]), self._embed(texts[half:])])
            raise self._refused(error) from error
        except openai.APIConnectionError as error:  # timeouts are among them
            raise UnavailableError(
                f"The embeddings server at {self._url} does not answer: {error}",
                "Check that it runs, and TRILOGUE_EMBEDDER_URL; raise TRILOGUE_EMBEDDER_TIMEOUT "
                "where it is slow.",
            ) from error
        except (openai.OpenAIError, ValueError) as error:
            raise self._no_vectors(str(error)) from error
        items = sorted(reply.data, key=lambda item: item.index)
        if len(items) != len(texts):
            raise self._no_vectors(f"{len(items)} vectors for {len(texts)} texts")
        return self._unit([item.embedding for item in items])

    def _unit(self, rows: Sequence[Sequence[float]]) -> Vectors:
        if len({len(row) for row in rows}) != 1:
            raise self._no_vectors("vectors of different lengths")
        vectors = np.asarray(rows, dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(norms).all() or not norms.all():
            raise self._no_vectors("vectors that are zero or not finite")
        unit: Vectors = vectors / norms
        return unit

    def _refused(self, error: openai.APIStatusError) -> InvalidInputError | UnavailableError:
        status, said = error.status_code, " ".join(str(error.message).split())[:300]
        if status in _TEXTS_REFUSED:
            return InvalidInputError(
                f"The embeddings server at {self._url} refuses a text ({status}): {said}",
                "Let it cut what is longer than its model reads (text-embeddings-inference: "
                "--auto-truncate), and check the name in TRILOGUE_EMBEDDER_MODEL.",
            )
        hints = {
            401: "Set the key that it wants in TRILOGUE_EMBEDDER_API_KEY.",
            403: "Set a key that may use the model in TRILOGUE_EMBEDDER_API_KEY.",
            404: "Check TRILOGUE_EMBEDDER_URL (most end in /v1) and TRILOGUE_EMBEDDER_MODEL.",
            429: "It takes fewer requests than are made: wait, or raise its limits.",
        }
        return UnavailableError(
            f"The embeddings server at {self._url} refuses {self._model} ({status}): {said}",
            hints.get(status, "Look at the server's log."),
        )

    def _no_vectors(self, what: str) -> UnavailableError:
        return UnavailableError(
            f"The embeddings server at {self._url} answers with no usable vectors: {what}.",
            "Check that TRILOGUE_EMBEDDER_URL is an OpenAI-compatible server of an embedder.",
        )
