"""What one request wishes of the generator, and what it used.

Kept beside the request in a context variable: the steps between the API and the generator need
to know nothing of it.
"""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Wishes:
    """Sampling as the caller asks for it; None leaves it to the service.

    Attributes:
        temperature: 0 for the likeliest answer, which is the default.
        top_p: Share of the probability that is sampled from.
        seed: Makes sampling repeatable where the server supports it.
        max_tokens: Where the answer is cut off, if that is before the service's own limit.
    """

    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None

    def options(self) -> dict[str, Any]:
        """The wishes as fields of an OpenAI request, without the limit of tokens."""
        values = {"temperature": self.temperature, "top_p": self.top_p, "seed": self.seed}
        return {name: value for name, value in values.items() if value is not None}


@dataclass
class Generation:
    """The generator's work for one request, over all its attempts.

    Attributes:
        wishes: What the caller asks for.
        prompt_tokens, completion_tokens: What the server read and wrote. Nothing for an answer
            from the cache.
        cached_prompt_tokens: Those of the prompt's tokens that the server's prompt cache had.
        cache_keys: Under which its answers are in the cache.
        cached: How many attempts were answered from the cache.
        rejected: How many sentences each check kept back, by its name.
        waited: Seconds that it waited for a free slot.
    """

    wishes: Wishes = field(default_factory=Wishes)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_prompt_tokens: int = 0
    cache_keys: list[str] = field(default_factory=list)
    cached: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    waited: float = 0.0


_CURRENT: ContextVar[Generation | None] = ContextVar("generation", default=None)


def current() -> Generation:
    """The generation of the request at hand; one of its own where nobody meters."""
    return _CURRENT.get() or Generation()


def meter(wishes: Wishes | None = None) -> Generation:
    """Begin to meter: the work of this task, from here on, is counted in what is returned."""
    generation = Generation(wishes or Wishes())
    _CURRENT.set(generation)
    return generation
