"""What the service knows about Korean: a file for each subject of `assistant.language.words`."""

from __future__ import annotations

from typing import Final

from assistant.language.ko.abstention import ABSTENTION
from assistant.language.ko.bounds import BOUNDS
from assistant.language.ko.dates import DATES
from assistant.language.ko.documents import DOCUMENTS
from assistant.language.ko.follow_ups import FOLLOW_UPS
from assistant.language.ko.letters import LETTERS
from assistant.language.ko.negation import NEGATION
from assistant.language.ko.numbers import NUMBERS
from assistant.language.ko.pages import PAGES
from assistant.language.ko.places import PLACES
from assistant.language.ko.questions import QUESTIONS
from assistant.language.ko.units import UNITS
from assistant.language.ko.verdict import VERDICT
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
