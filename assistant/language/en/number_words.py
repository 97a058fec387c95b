"""Number words of English, in lower case."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Unit

SMALL: Final = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS: Final = {
    word: n * 10
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
SCALES: Final = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
# Behind digits only. A joined "m" may be metres.
SUFFIXES: Final = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
PARTS: Final = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "hundredth": 100,
    "thousandth": 1000,
}  # fmt: skip
ORDINALS: Final = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
        "twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
MULTIPLES: Final = {"once": 1, "twice": 2, "thrice": 3}
# "one" counts something before these; elsewhere it stands for a noun.
# "double" before these is an amount; in a double room it is not.
DOUBLED: Final = frozenset("the that this its his her their".split())
#: What says how often, in one of a unit.
RATES: Final[dict[str, Unit]] = {
    "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annual": "year",
    "annually": "year",
}  # fmt: skip
UNITS: Final = frozenset(
    "second minute hour day night week month year quarter semester term decade century time copy "
    "credit point percent course class page person member student applicant instalment installment "
    "dollar riyal won euro pound megabyte gigabyte kilometre kilometer metre meter additional "
    "calendar academic working business full single further".split()
)
DETERMINERS: Final = frozenset("the these those both any other last next first".split())
