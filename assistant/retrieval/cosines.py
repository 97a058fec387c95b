"""What the cosines of one embedder mean: no two embedders spread theirs alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Cosines:
    """Thresholds on cosines, fitted for an embedder (see `assistant.calibration`).

    Attributes:
        edition: Passages of two editions that name no article say the same from here on.
        title: A title in another language is named by a question from here on.
        translation: A translation says what its quote says from here on.
        spread: Standard deviation of how much the sentences found for a question bear on it;
            in it is measured what counts as nearly as near.
    """

    edition: float
    title: float
    translation: float
    spread: float


#: Where nothing was fitted: little is taken for the same as something else.
CAREFUL: Final = Cosines(edition=0.9, title=0.8, translation=0.8, spread=0.04)
