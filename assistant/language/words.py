"""What the service must know about a language: one record for each subject.

`assistant/language/ko`, `ar` and `en` have the same files, one for each record here, which
`lexicon.py` puts together. What reads texts combines the three and has no words of its own.

Parts that are combined are regular expressions without groups that capture, of alternatives
that may stand beside others; an empty one says that the language has nothing of the kind. Where
a record says "folded", letters are in the form of `Letters.fold`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.language.document_words import Documents, Pages, Pattern, Places
from assistant.language.reading import Reading

Bound = Literal["least", "most", "over", "under"]
Unit = Literal["minute", "hour", "day", "week", "month", "year", "times"]
Currency = Literal["won", "riyal", "dollar", "euro", "pound"]


@dataclass(frozen=True)
class Letters:
    """How a language is written.

    Attributes:
        fold: Gives the one form of letters that are written in several.
        sentence: A sentence to try analyzers and detectors with.
        list_marks: Letters that number the items of a list, as a class or alternatives.
        abbreviations: Words before a full stop that does not end a sentence.
        stops: Folded words that lexical search passes over.
    """

    fold: Callable[[str], str]
    sentence: str
    list_marks: str = ""
    abbreviations: str = ""
    stops: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Numbers:
    """Numbers and percentages.

    Attributes:
        read: Finds the numbers with a word of the language in a folded text.
        percent: What makes a percentage of the number before it, folded.
        per_mille: What makes a tenth of a percentage of it, folded.
        to: What stands between the ends of a range, folded.
        between: What stands before a range whose ends are joined by ``joined``, folded.
        joined: What joins a number to the next one, folded.
        scales: What multiplies the number before it, folded.
        rates: What says how often by itself, with the unit that it has one of, folded: "daily".
    """

    read: Callable[[str], Iterator[Reading]]
    percent: str
    to: str
    scales: Mapping[str, int]
    per_mille: str = ""
    between: str = ""
    joined: str = ""
    rates: Mapping[str, Unit] = field(default_factory=dict)


@dataclass(frozen=True)
class DateParts:
    """Parts of dates that the languages share.

    Attributes:
        year, day: A number that can be one, in a group of its name.
        last: The last day of several.
        to: What stands between the first and the last.
        era: An era, which may be left out, in the group ``era``.
    """

    year: str
    day: str
    last: str
    to: str
    era: str


@dataclass(frozen=True)
class Dates:
    """Dates, folded.

    Attributes:
        patterns: Dates with a word of the language, those that say more before those that say
            less, with the groups of `DateParts`, ``month`` for one in digits, and for its names
            ``e``, ``g`` (Gregorian) and ``h`` (Hijri) with its number.
        months: The name of a month alone, with the same groups.
        continued: A second date that leaves out what the first has said, in the group ``date``.
        to: What stands between the first and the last of several days.
        hijri, gregorian: Eras behind a year.
        year_mark, month_mark: What may follow a year and a month in digits.
    """

    patterns: Callable[[DateParts], tuple[str, ...]]
    months: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    to: str = ""
    hijri: tuple[str, ...] = ()
    gregorian: tuple[str, ...] = ()
    year_mark: str = ""
    month_mark: str = ""


@dataclass(frozen=True)
class Bounds:
    """Bounds of numbers, folded but for what says a scale.

    Attributes:
        before, after: What stands before, and after, a number, with words between. The nearest
            counts; of those that are as near the first: "not more than" has "more than" in it.
        directly: What is a bound only where it stands directly before a number: "over 3".
        between: What may stand between the two all the same: "over the age of 18".
        around: What stands directly before a number and directly behind it, and makes of both
            another bound, or none, whatever else is there: "over" and "days".
        scale_before, scale_after: What makes of a number the end of a scale.
        scale_between: The same, between it and a number before it.
        limits: Limits and prices: that there are none answers a question for an amount.
    """

    before: Mapping[Bound, str]
    after: Mapping[Bound, str]
    directly: Mapping[Bound, str] = field(default_factory=dict)
    between: str = ""
    around: tuple[tuple[str, str, Bound | None], ...] = ()
    scale_before: str = ""
    scale_between: str = ""
    scale_after: str = ""
    limits: str = ""


@dataclass(frozen=True)
class Units:
    """Units, folded.

    Attributes:
        names: Behind a number.
        ahead: Before one, with the space between: "الأيام السبعة", the seven days.
        within: Words that are a number and a unit in one.
        between: What may stand between a number and its unit, with the space behind it.
        part_of: The same behind a number below one: "half a day".
        one: The word for one, which stands behind its unit.
        joined: What stands between the parts of one duration.
        amounts: Amounts without a number.
        wholes: All of a sum, or nothing of it.
        currencies: Behind a number, or before it.
        labels: What is numbered and not counted, with its number: "Article 5", "제2항".
    """

    names: Mapping[Unit, str]
    ahead: Mapping[Unit, str] = field(default_factory=dict)
    within: Mapping[Unit, str] = field(default_factory=dict)
    between: str = ""
    part_of: str = ""
    one: str = ""
    joined: str = ""
    amounts: str = ""
    wholes: str = ""
    currencies: Mapping[Currency, str] = field(default_factory=dict)
    labels: str = ""


@dataclass(frozen=True)
class Questions:
    """Questions.

    Attributes:
        how_many: What asks for a number of what is named next.
        counted: What may stand between it and the unit that it asks for, folded.
        amount: What asks for an amount, folded.
        duration: What asks how long, folded.
        price: What says of an amount that it is one of money, folded.
        share: What asks for a percentage, folded.
        day: What asks for a date or a deadline, folded.
        name: What asks who, where, or what something is called, folded.
        contents: What a question for the text of an article has besides the article, folded:
            "what does … say", "…의 내용이 뭐예요".
        asks: What makes a question of a sentence, besides its mark.
        asked: What stands for what is asked for: who, where, which.
        states: The ending of a verb that states.
    """

    how_many: str
    amount: str
    duration: str
    price: str
    share: str
    day: str
    name: str
    contents: str
    counted: str = ""
    asks: str = ""
    asked: str = ""
    states: str = ""


@dataclass(frozen=True)
class Negation:
    """What denies, as it is written, without vowel marks.

    Attributes:
        denial: What denies or forbids.
        idioms: What has a word of denial in it and denies nothing: "without delay".
        twice: Denied twice, which is a duty.
        bound: A bound that is said with a denial, and denies nothing.
        main: A denial in the main clause.
        only: What restricts to the case that it names.
        turns: What turns a denial into a permission, or the reverse: a pattern that may have
            groups, and what stands there then. The first that is found counts.
    """

    denial: str
    idioms: str
    twice: str
    bound: str
    main: str
    only: str
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VerdictWords:
    """Plain answers at the beginning of a sentence.

    Attributes:
        yes, no: Words that say it.
        labels: What a copied answer or question is headed with.
        verbs: What may stand between such a heading and its colon.
    """

    yes: str
    no: str
    labels: str
    verbs: str = ""


@dataclass(frozen=True)
class AbstentionWords:
    """Sentences that say that the sources do not tell, folded."""

    silent: Pattern


@dataclass(frozen=True)
class FollowUpWords:
    """Questions that depend on the one before them, in the form of its own `fold`.

    Attributes:
        asking: Lexical terms that only ask, and are the same in every question.
        asks_anew: Question words for something else than was asked for before: "how do I…", and
            not "how about…".
        reference: What points back.
        no_reference: What only seems to, and what it is replaced by before looking.
        opening: What a follow-up begins with.
        short_opening: The same, in a question of few words.
        openings_in_rest: Openings are looked for in what is left after replacing.
        pronoun: What points back unless something before it in the question is meant.
        fold: Gives the one form of letters, and keeps apart those that tell a pronoun.
    """

    asking: frozenset[str]
    asks_anew: Pattern
    reference: Pattern
    no_reference: tuple[tuple[Pattern, str], ...] = ()
    opening: Pattern | None = None
    short_opening: Pattern | None = None
    openings_in_rest: bool = False
    pronoun: Pattern | None = None
    fold: Callable[[str], str] = str


@dataclass(frozen=True)
class Words:
    """All that is known of one language."""

    letters: Letters
    numbers: Numbers
    dates: Dates
    bounds: Bounds
    units: Units
    questions: Questions
    negation: Negation
    verdict: VerdictWords
    abstention: AbstentionWords
    follow_ups: FollowUpWords
    places: Places
    documents: Documents
    pages: Pages
