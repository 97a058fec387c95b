"""What the service knows about English: a file for each subject of `assistant.language.words`."""

from __future__ import annotations

from typing import Final

from assistant.language.en.abstention import ABSTENTION
from assistant.language.en.bounds import BOUNDS
from assistant.language.en.dates import DATES
from assistant.language.en.documents import DOCUMENTS
from assistant.language.en.follow_ups import FOLLOW_UPS
from assistant.language.en.letters import LETTERS
from assistant.language.en.negation import NEGATION
from assistant.language.en.numbers import NUMBERS
from assistant.language.en.pages import PAGES
from assistant.language.en.places import PLACES
from assistant.language.en.questions import QUESTIONS
from assistant.language.en.units import UNITS
from assistant.language.en.verdict import VERDICT
from assistant.language.words import Words

WORDS: Final = Words(
    letters=LETTERS,
    numbers=NUMBERS,
    dates=DATES,
    bounds=BOUNDS,
    units=UNITS,
    questions=QUESTIONS,
    negation=NEGATION,
    verdict=VERDICT,
    abstention=ABSTENTION,
    follow_ups=FOLLOW_UPS,
    places=PLACES,
    documents=DOCUMENTS,
    pages=PAGES,
)
