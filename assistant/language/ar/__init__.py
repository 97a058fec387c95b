"""What the service knows about Arabic: a file for each subject of `assistant.language.words`."""

from __future__ import annotations

from typing import Final

from assistant.language.ar.abstention import ABSTENTION
from assistant.language.ar.bounds import BOUNDS
from assistant.language.ar.dates import DATES
from assistant.language.ar.documents import DOCUMENTS
from assistant.language.ar.follow_ups import FOLLOW_UPS
from assistant.language.ar.letters import LETTERS
from assistant.language.ar.negation import NEGATION
from assistant.language.ar.numbers import NUMBERS
from assistant.language.ar.pages import PAGES
from assistant.language.ar.places import PLACES
from assistant.language.ar.questions import QUESTIONS
from assistant.language.ar.units import UNITS
from assistant.language.ar.verdict import VERDICT
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
