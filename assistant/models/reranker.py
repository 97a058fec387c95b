"""The optional reranker: a sentence-transformers cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from sentence_transformers import CrossEncoder

from assistant.errors import UnavailableError
from assistant.settings import Settings


class Reranker:
    """Scores how well texts answer a question, reading both together.

    Args:
        name: A folder, or the name of a cross-encoder on the model hub.

    Raises:
        UnavailableError: It cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        try:
            self._model = CrossEncoder(name, device="cpu")
        except Exception as error:  # transformers raises whatever its files made it raise
            raise UnavailableError(
                f"The reranker {name} cannot be loaded: {error}",
                "Correct TRILOGUE_RERANKER, or leave it out.",
            ) from error
        # One forward pass at a time: two would share the same cores and both be slower.
        self._lock = Lock()

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, higher is better."""
        if not texts:
            return []
        with self._lock:
            scores = self._model.predict([(query, t) for t in texts], show_progress_bar=False)
        return [float(score) for score in scores]


def load_reranker(settings: Settings) -> Reranker | None:
    """The reranker that the settings name, if they name one.

    Raises:
        UnavailableError: It cannot be loaded.
    """
    return Reranker(settings.reranker) if settings.reranker else None
