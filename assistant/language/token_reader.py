"""What reads numbers word by word: the frame that English and Arabic share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.language.reading import Reading

#: What is read at a token, and the token behind it.
NumberRead = tuple[Reading, int]


class Token(NamedTuple):
    """A word, or a number in digits.

    Attributes:
        word: As it stands in the text.
        number: Its value, of one in digits.
        start: Offset of its first character.
        end: Offset behind its last character.
        joined: Digits behind an "and" that is written as one with them.
    """

    word: str
    number: Decimal | None
    start: int
    end: int
    joined: bool = False


class TokenReader(ABC):
    """Reads the numbers in a text that is cut into tokens, from the first to the last."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._tokens = tokens

    def readings(self) -> Iterator[Reading]:
        """The numbers in order."""
        i = 0
        while i < len(self._tokens):
            found = self._read(i)
            if found is None:
                i += 1
            else:
                reading, i = found
                yield reading

    @abstractmethod
    def _attempts(self, i: int) -> Sequence[Callable[[int], NumberRead | None]]:
        """What may begin at a token, the likeliest first."""

    def _read(self, i: int) -> NumberRead | None:
        found = (attempt(i) for attempt in self._attempts(i))
        return next((reading for reading in found if reading is not None), None)

    def _reading(self, i: int, end: int, *values: Decimal, grammatical: bool = False) -> NumberRead:
        """What the tokens from one to before another say."""
        tokens = self._tokens[i:end]
        digits = any(token.number is not None for token in tokens)
        start, stop = tokens[0].start, tokens[-1].end
        return Reading(start, stop, values, grammatical, in_words=not digits), end
