"""What a generator says, piece by piece."""

from __future__ import annotations

from typing import Self


class Piece(str):
    """Text of a generated answer, as it arrives.

    Attributes:
        logprob: Natural logarithm of the probability that the model gave it after all that is
            before it. Digits are compared with other digits only: not how likely a number is to
            stand there, but this number where one stands. None where the server does not tell.
    """

    logprob: float | None

    def __new__(cls, text: str, logprob: float | None = None) -> Self:
        piece = super().__new__(cls, text)
        piece.logprob = logprob
        return piece
