"""What is asked, and in which conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from assistant.language import Detection, Language, detect, shows_language
from assistant.retrieval.hits import Scope


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        text: The question as it was typed.
        history: Earlier messages, the oldest first.
        language: The language to reply in, or None for the question's own.
        default_language: The one to reply in where the question shows none, or None.
        scope: Which passages may be used.
    """

    text: str
    history: Sequence[Turn] = ()
    language: Language | None = None
    default_language: Language | None = None
    scope: Scope = field(default_factory=Scope)

    @cached_property
    def detection(self) -> Detection:
        """The language that it is asked in."""
        return detect(self.text)

    @property
    def reply_language(self) -> Detection:
        """The language to reply in, and whether the question's is one of the three."""
        if self.language:
            return Detection(self.language)
        if self.default_language and not shows_language(self.text):
            return Detection(self.default_language)
        return self.detection
