"""The embedder: queries, passages and their sentences as vectors, in one forward pass each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, cast

import numpy as np
import torch
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils.logging import disable_progress_bar

from assistant.errors import UnavailableError
from assistant.language import Span
from assistant.models.batching import QueryBatcher
from assistant.models.catalogue import catalogue
from assistant.models.device import Device, find_device
from assistant.models.prompts import Prompts
from assistant.models.weights import is_present, model_folder
from assistant.settings import Settings

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class PassageText:
    """A passage as the embedder takes it.

    Attributes:
        title: Title of the document and the headings above the passage.
        text: The passage.
        sentences: Spans of its sentences in ``text``.
    """

    title: str
    text: str
    sentences: Sequence[Span] = ()


@dataclass(frozen=True)
class PassageVectors:
    """Unit vectors of a passage: ``dense`` of shape ``(d,)``, ``sentences`` of ``(n, d)``."""

    dense: Vectors
    sentences: Vectors


@dataclass(frozen=True)
class QueryVectors:
    """Unit vectors of a query: ``dense`` of shape ``(d,)``, ``tokens`` of ``(n, d)``.

    ``tokens`` are of the query's own words, without the prompt's; at least one. An embedder that
    has no vectors of tokens gives ``dense`` in their place.
    """

    dense: Vectors
    tokens: Vectors


class Embedder(Protocol):
    """What embeds questions, passages and sentences in one space of unit vectors:
    `SentenceTransformerEmbedder`, `ServedEmbedder`, or somebody else's.

    Attributes:
        model_name: What was fitted is looked up by it.
    """

    model_name: str

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Passages, each with its sentences."""

    def embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        """Sentences by themselves, of shape ``(n, d)``."""

    def embed_questions(self, queries: Sequence[str]) -> list[QueryVectors]:
        """Questions, each with its tokens."""

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Questions without their tokens, of shape ``(n, d)``."""

    async def aembed_question(self, query: str) -> QueryVectors:
        """One question, beside others that are asked at the same time."""

    def query_input(self, query: str) -> str:
        """What the model reads for a query."""

    def passage_input(self, title: str, text: str) -> str:
        """What the model reads for a passage."""

    def count_tokens(self, texts: Sequence[str]) -> int:
        """How many tokens the model reads for these inputs, or an estimate."""


class SentenceTransformerEmbedder(BaseEmbedding):
    """A sentence-transformers model behind llama-index's embedding interface.

    Queries and passages get the model's own prompts, which never mix: a query goes only through
    the query methods. Sentence vectors come from the passage's own forward pass: token vectors
    are pooled over each sentence ("late chunking", Günther et al. 2024, arXiv:2409.04701), so
    that a question can be compared with sentences without embedding them again.

    Args:
        folder: A sentence-transformers folder.
        name: What to call the model; vectors of differently named models are never mixed.
        dtype: Number format; by default the one that suits the device.
        device: Where it computes; see `find_device`.

    Raises:
        ValueError: The model does not pool by mean, so its token vectors cannot be pooled
            over sentences.
        UnavailableError: There is no such device.
    """

    _model: SentenceTransformer = PrivateAttr()
    _prompts: Prompts = PrivateAttr()
    _device: Device = PrivateAttr()
    # One forward pass at a time: two would share the same cores and both be slower.
    _lock: Lock = PrivateAttr(default_factory=Lock)
    _batcher: QueryBatcher[QueryVectors] = PrivateAttr()

    def __init__(
        self, folder: Path, name: str, dtype: torch.dtype | None = None, device: str = "cpu"
    ) -> None:
        super().__init__(model_name=name)
        found = find_device(device)
        self._device = replace(found, dtype=dtype or found.dtype)
        self._model = SentenceTransformer(
            str(folder),
            device=self._device.name,
            local_files_only=True,
            model_kwargs={"dtype": self._device.dtype},
        )
        pooling = self._model[1]
        if getattr(pooling, "pooling_mode", None) != "mean":
            raise ValueError(f"{name} does not pool by mean; Trilogue needs a model that does.")
        self._batcher = QueryBatcher(self.embed_questions)
        prompts = self._model.prompts
        self._prompts = Prompts(
            prompts.get("query") or "", prompts.get("document") or prompts.get("passage") or ""
        )

    @classmethod
    def class_name(cls) -> str:
        return "SentenceTransformerEmbedder"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def device(self) -> Device:
        """What it computes on."""
        return self._device

    @property
    def lock(self) -> Lock:
        """Held during a forward pass."""
        return self._lock

    @property
    def encoder(self) -> Any:
        """The transformer itself."""
        return cast(Any, self._model[0]).model

    @property
    def longest(self) -> int:
        """How many tokens of a text are read at most."""
        longest = self._model.max_seq_length
        assert longest is not None
        return longest

    @property
    def tokenizer(self) -> Any:
        """What makes its tokens."""
        return self._model.tokenizer

    def query_input(self, query: str) -> str:
        """What the model reads for a query."""
        return self._prompts.query_input(query)

    def passage_input(self, title: str, text: str) -> str:
        """What the model reads for a passage: its document prompt, the title, the text."""
        return self._prompts.passage_input(title, text)

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Vectors of passages and of their sentences, in the order given.

        Passages are sorted by length into batches of similar length, so that little of the
        computation is padding; more passages a call make better batches. Text beyond the
        model's window is not seen; a sentence wholly beyond it gets its passage's vector.
        """
        prefixes = [self._prompts.passage_prefix(p.title) for p in passages]
        encoded = self._model.tokenizer(
            [prefix + p.text for prefix, p in zip(prefixes, passages, strict=True)],
            truncation=True,
            max_length=self.longest,
            return_offsets_mapping=True,
        )
        results: list[PassageVectors | None] = [None] * len(passages)
        for batch in _batches(
            [len(ids) for ids in encoded["input_ids"]], self._device.batch_tokens
        ):
            inputs = self._padded(encoded, batch)
            spans = [
                [Span(a + len(prefixes[i]), b + len(prefixes[i])) for a, b in passages[i].sentences]
                for i in batch
            ]
            offsets = [np.asarray(encoded["offset_mapping"][i]) for i in batch]
            for i, vectors in zip(batch, self._forward(inputs, offsets, spans), strict=True):
                results[i] = vectors
        return cast(list[PassageVectors], results)

    def embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors of sentences by themselves, of shape ``(len(sentences), d)``: as documents
        without a title. At least one sentence."""
        vectors = self.embed_passages([PassageText("", text) for text in sentences])
        return np.stack([vector.dense for vector in vectors])

    def _forward(
        self, inputs: Any, offsets: list[NDArray[np.int64]], spans: list[list[Span]]
    ) -> list[PassageVectors]:
        with self._lock, torch.inference_mode():
            tokens = self._model[0](dict(inputs))["token_embeddings"]
            weights = [_pooling_weights(o, s) for o, s in zip(offsets, spans, strict=True)]
            pooled = torch.cat(
                [
                    torch.from_numpy(w).to(tokens.device) @ tokens[row, _real(inputs, row)].float()
                    for row, w in enumerate(weights)
                ]
            )
            vectors = self._after_pooling(pooled.to(tokens.dtype))
        parts = np.split(vectors, np.cumsum([len(w) for w in weights])[:-1])
        return [PassageVectors(part[0], part[1:]) for part in parts]

    def _after_pooling(self, pooled: torch.Tensor) -> Vectors:
        features: dict[str, Any] = {"sentence_embedding": pooled}
        for module in list(self._model)[2:]:
            features = module(features)
        unit = torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=-1)
        return cast(Vectors, unit.cpu().numpy())

    def embed_questions(self, queries: Sequence[str]) -> list[QueryVectors]:
        """Vectors of queries and of their tokens, from one forward pass, in the order given."""
        encoded = self._model.tokenizer(
            [self.query_input(query) for query in queries],
            truncation=True,
            max_length=self.longest,
            return_offsets_mapping=True,
        )
        results: list[QueryVectors | None] = [None] * len(queries)
        for batch in _batches(
            [len(ids) for ids in encoded["input_ids"]], self._device.batch_tokens
        ):
            inputs = self._padded(encoded, batch)
            with self._lock, torch.inference_mode():
                tokens = self._model[0](dict(inputs))["token_embeddings"]
                real = [_with_mean(tokens[row, _real(inputs, row)]) for row in range(len(batch))]
                vectors = self._after_pooling(torch.cat(real))
            parts = np.split(vectors, np.cumsum([len(rows) for rows in real])[:-1])
            for i, part in zip(batch, parts, strict=True):
                own = self._own_tokens(np.asarray(encoded["offset_mapping"][i]))
                results[i] = QueryVectors(part[0], part[1:][own] if own.any() else part[:1])
        return cast(list[QueryVectors], results)

    def _own_tokens(self, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which tokens of a query's input are the query's own, not the prompt's or special."""
        starts, ends = offsets[:, 0], offsets[:, 1]
        return (starts >= len(self._prompts.query)) & (ends > starts)

    def _padded(self, encoded: Any, batch: list[int]) -> Any:
        columns = {key: [encoded[key][i] for i in batch] for key in ("input_ids", "attention_mask")}
        return self.on_device(self._model.tokenizer.pad(columns, return_tensors="pt"))

    def on_device(self, inputs: Any) -> Any:
        """A batch of the tokenizer's, where the transformer reads it."""
        return inputs.to(self._device.name)

    async def aembed_question(self, query: str) -> QueryVectors:
        """`embed_questions` for one query, together with those of concurrent requests."""
        return await self._batcher.vectors(query)

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Unit vectors of queries, of shape ``(len(queries), d)``."""
        return self._encode([self.query_input(q) for q in queries])

    def _encode(self, texts: list[str]) -> Vectors:
        with self._lock:
            vectors = self._model.encode(
                texts, prompt="", normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def _get_query_embedding(self, query: str) -> list[float]:
        return cast(list[float], self.embed_queries([query])[0].tolist())

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return cast(list[float], (await self.aembed_question(query)).dense.tolist())

    def count_tokens(self, texts: Sequence[str]) -> int:
        """How many tokens the model reads for these inputs, special tokens included."""
        ids = self._model.tokenizer(list(texts), truncation=True, max_length=self.longest)[
            "input_ids"
        ]
        return sum(len(row) for row in ids)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors = self._encode([self.passage_input("", text) for text in texts])
        return cast(list[list[float]], vectors.tolist())


def load_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """The embedder that the settings name: a catalogue entry, or a folder.

    Raises:
        UnavailableError: Its files are not there or cannot be loaded, or its device is not there.
    """
    entry = catalogue().get(settings.embedder)
    if entry and not is_present(settings.models_dir, entry):
        raise UnavailableError(
            f"The embedder {entry.name} is not in {settings.models_dir}.",
            "Fetch the models with 'trilogue models pull'.",
        )
    folder = model_folder(settings.models_dir, entry) if entry else Path(settings.embedder)
    disable_progress_bar()  # type: ignore[no-untyped-call]  # weights load in a second
    try:
        return SentenceTransformerEmbedder(
            folder, entry.name if entry else folder.name, device=settings.embedder_device
        )
    except (OSError, ValueError) as error:
        raise UnavailableError(
            f"The embedder in {folder} cannot be loaded: {error}",
            "Name a sentence-transformers folder in TRILOGUE_EMBEDDER, or delete the folder and "
            "run 'trilogue models pull'.",
        ) from error


def _batches(lengths: Sequence[int], most: int) -> Iterable[list[int]]:
    """Indices in batches of similar length and at most so many padded tokens, the longest first."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > most:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _real(inputs: Any, row: int) -> torch.Tensor:
    return cast(torch.Tensor, inputs["attention_mask"][row].bool())


def _with_mean(rows: torch.Tensor) -> torch.Tensor:
    """The mean of the rows in float, as pooling makes it, and the rows below it."""
    return torch.cat([rows.float().mean(0, keepdim=True).to(rows.dtype), rows])


def _pooling_weights(offsets: NDArray[np.int64], spans: list[Span]) -> NDArray[np.float32]:
    """Rows that average tokens: the first over all of them, then one for each span.

    Args:
        offsets: ``(tokens, 2)`` character offsets, ``(0, 0)`` for special tokens.
        spans: Character spans in the same text.
    """
    rows = [np.ones(len(offsets), dtype=np.float32)]
    starts, ends = offsets[:, 0], offsets[:, 1]
    for start, end in spans:
        row = ((starts < end) & (ends > start) & (ends > starts)).astype(np.float32)
        rows.append(row if row.any() else rows[0])
    return np.stack([row / row.sum() for row in rows])
