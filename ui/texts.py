"""Every text that a person sees on the page, one catalogue (`texts.*.toml`) a language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from pydantic import ConfigDict, Field, TypeAdapter, model_validator
from pydantic.dataclasses import dataclass

from assistant.api.schemas.reader_schemas import Validity
from assistant.codes import (
    LOCALES,
    Direction,
    Fault,
    FileOutcome,
    IngestionState,
    Language,
    Outcome,
    Reason,
    RemarkKind,
)

FailureKind = Literal[
    "unreachable",
    "busy",
    "too_long",
    "rejected",
    "not_allowed",
    "gone",
    "interrupted",
    "failed",
]
Plural = Literal["zero", "one", "two", "few", "many", "other"]
#: Names in quality reports: of scripts, and of metadata that may be guessed.
Script = Literal["Hangul", "Arabic", "Latin", "Other"]
Guessable = Literal["title", "language", "work_id"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Each language's name in itself, for the language switch.
ENDONYMS: dict[Language, str] = {"ko": "한국어", "ar": "العربية", "en": "English"}

_Text = Annotated[str, Field(min_length=1)]
#: A count is said in words where the language has a form of its own for it.
_Plurals = dict[Plural, Annotated[str, Field(pattern=r"\{limit\}")]]
_dataclass = dataclass(frozen=True, config=ConfigDict(extra="forbid"))


def _all(names: Any) -> object:
    """A dict whose keys are limited and whose size is known has all of the keys."""
    return Field(min_length=len(get_args(names) or names))


@_dataclass
class SidebarTexts:
    """What is beside the conversation."""

    title: _Text
    open: _Text
    new: _Text
    search: _Text
    none_yet: _Text
    none_found: _Text
    actions: Annotated[str, Field(pattern=r"\{title\}")]
    rename: _Text
    rename_label: _Text
    delete: _Text
    delete_question: _Text
    delete_all: _Text
    delete_all_question: _Text
    export: _Text
    privacy: _Text
    theme: _Text
    share: _Text
    is_shared: _Text
    share_note: _Text
    make_link: _Text
    shared_note: Annotated[str, Field(pattern=r"\{day\}.*\{time\}")]
    see_shared: _Text
    link_copied: _Text
    share_more: _Text
    unshare: _Text
    shared_title: _Text
    shared_page_note: Annotated[str, Field(pattern=r"\{day\}")]
    export_word: _Text
    print: _Text


@_dataclass
class ReplyTexts:
    """What can be done with a reply."""

    copy: _Text
    copied: _Text
    retry: _Text
    share: _Text
    shared: _Text
    shared_title: _Text
    shared_note: _Text
    start_own: _Text
    good: _Text
    bad: _Text
    thanks: _Text
    withheld: _Text
    feedback_title: _Text
    comment: _Text
    send_feedback: _Text
    edit: _Text
    edit_note: _Text
    speak: _Text
    rating: _Text
    reasons: Annotated[dict[Reason, _Text], _all(Reason)]


@_dataclass
class SourceTexts:
    """The passage in its document."""

    open: _Text
    title: _Text
    close: _Text
    loading: _Text
    quoted: _Text
    before: _Text
    after: _Text
    editions: _Text
    wordings: _Text
    amended: _Text
    from_day: Annotated[str, Field(pattern=r"\{day\}")]
    until_day: Annotated[str, Field(pattern=r"\{day\}")]
    issuer: _Text
    version: _Text
    original: _Text
    printed: _Text
    picture: Annotated[str, Field(pattern=r"\{page\}")]
    no_picture: _Text
    download: _Text
    validity: Annotated[dict[Validity, _Text], _all(Validity)]


@_dataclass
class LibraryTexts:
    """What the documents cover, and which of them are asked about."""

    title: _Text
    note: _Text
    none: _Text
    none_found: _Text
    more: _Text
    words: _Text
    language: _Text
    any_language: _Text
    collection: _Text
    any_collection: _Text
    look: _Text
    loading: _Text
    ask_these: _Text
    ask_all: _Text
    asked_about: _Text
    leave_out: Annotated[str, Field(pattern=r"\{title\}")]


@_dataclass
class LengthTexts:
    """How long a question is, by the plural categories of the language (CLDR).

    Attributes:
        left: What may still be written.
        over: By how much it is too long.
    """

    left: _Plurals
    over: _Plurals


@_dataclass
class OperatorTexts:
    """The operators' page."""

    title: _Text
    key: _Text
    key_help: _Text
    sign_in: _Text
    sign_out: _Text
    expired: _Text
    back: _Text
    refresh: _Text
    documents: _Text
    ingestions: _Text
    feedback: _Text
    unanswered: _Text
    files: _Text
    collection: _Text
    choose: _Text
    collection_help: _Text
    upload: _Text
    uploading: Annotated[str, Field(pattern=r"\{percent\}")]
    document: _Text
    language: _Text
    passages: _Text
    date: _Text
    quality: _Text
    quality_of: Annotated[str, Field(pattern=r"\{title\}")]
    delete_of: Annotated[str, Field(pattern=r"\{title\}")]
    delete_question: _Text
    state: _Text
    result: _Text
    question: _Text
    rating: _Text
    reason: _Text
    comment: _Text
    reply: _Text
    nearest: _Text
    nothing: _Text
    shown_of: Annotated[str, Field(pattern=r"\{shown\}.*\{total\}")]
    more: _Text
    states: Annotated[dict[IngestionState, _Text], _all(IngestionState)]
    stop_ingestion: _Text
    stop_question: _Text
    ingestion_failed: _Text
    same_content: _Text
    share: Annotated[str, Field(pattern=r"\{script\}.*\{percent\}")]
    measures: dict[str, _Text]
    scripts: Annotated[dict[Script, _Text], _all(Script)]
    guessable: Annotated[dict[Guessable, _Text], _all(Guessable)]
    remarks: Annotated[dict[RemarkKind, _Text], _all(RemarkKind)]
    results: Annotated[dict[FileOutcome, _Text], _all(FileOutcome)]
    faults: Annotated[dict[Fault, _Text], _all(Fault)]


@_dataclass
class Texts:
    """The texts of one language. What stands in braces is filled in.

    ``pages`` has a form for each of CLDR's categories of plurals that the language tells apart:
    Korean one, English two, Arabic six.
    """

    language: Language
    tagline: _Text
    language_switch: _Text
    loading: _Text
    sent_early: _Text
    needs_script: _Text
    skip: _Text
    conversation: _Text
    question: _Text
    placeholder: _Text
    send: _Text
    stop: _Text
    cancel: _Text
    starters_title: _Text
    starters: tuple[_Text, _Text, _Text]
    searching: _Text
    reading: _Text
    writing: _Text
    usual: Annotated[str, Field(pattern=r"\{duration\}")]
    ready: _Text
    answer_in: _Text
    answer_in_auto: _Text
    stopped: _Text
    reconnecting: _Text
    saved_as: _Text
    unknown: _Text
    evidence: _Text
    more_evidence: _Text
    no_direct_answer: _Text
    stated: _Text
    machine_translation: _Text
    original: Annotated[str, Field(pattern=r"\{language\}")]
    foreign_sources: Annotated[str, Field(pattern=r"\{languages\}")]
    citation: Annotated[str, Field(pattern=r"\{number\}")]
    nearest_documents: _Text
    listen: _Text
    no_microphone: _Text
    next_title: _Text
    ask_about: Annotated[str, Field(pattern=r"\{title\}.*\{subject\}")]
    pages: dict[str, Annotated[str, Field(pattern=r"\{pages\}")]]
    sidebar: SidebarTexts
    reply: ReplyTexts
    source: SourceTexts
    documents: LibraryTexts
    length: LengthTexts
    operators: OperatorTexts
    languages: Annotated[dict[Language, _Text], _all(Language)]
    outcomes: Annotated[dict[Outcome, _Text], _all(Outcome)]
    failures: Annotated[dict[FailureKind, _Text], _all(FailureKind)]

    @model_validator(mode="after")
    def _has_its_plurals(self) -> Self:
        expected = self.locale.plural_form.tags | {"other"}
        if set(self.pages) != expected:
            raise ValueError(f"pages needs the forms {', '.join(sorted(expected))}")
        return self

    @property
    def direction(self) -> Direction:
        """The direction of these texts."""
        return direction_of(self.language)

    @property
    def locale(self) -> Locale:
        """How the language's readers write numbers and dates."""
        return Locale.parse(LOCALES[self.language])

    def day(self, moment: datetime | int) -> str:
        """A day as the language's readers write it, of a moment where it is on this machine;
        numbers are days as in 20260911."""
        day = date.fromisoformat(str(moment)) if isinstance(moment, int) else moment.astimezone()
        return format_date(day, "long", self.locale)

    def time(self, moment: datetime) -> str:
        """Hours and minutes on this machine."""
        # Babel would take a moment with its zone back to UTC.
        here = moment.astimezone().replace(tzinfo=None)
        return format_skeleton("Hm", here, locale=self.locale)

    def duration(self, seconds: float) -> str:
        """How long something takes, in the words of the language: to five seconds, or above a
        minute and a half to the minute."""
        rounded = timedelta(seconds=max(5, 5 * round(seconds / 5)))
        return format_timedelta(rounded, "second", threshold=1.5, locale=self.locale)

    def names_of(self, languages: Sequence[Language]) -> str:
        """Languages by their names."""
        return format_list([self.languages[code] for code in languages], locale=self.locale)

    def number(self, count: int) -> str:
        """A number of things."""
        return format_decimal(count, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share, from 0 to 1, in whole percents."""
        return format_percent(share, locale=self.locale)

    def on_pages(self, *numbers: int) -> str:
        """Pages as the language's readers name them; of a run its first and last."""
        pages = sorted(set(numbers))
        runs = [str(a) if a == b else f"{a}–{b}" for a, b in _runs(pages)]
        form = self.locale.plural_form(len(pages))
        return self.pages[form].format(pages=format_list(runs, locale=self.locale))


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last number of each run of consecutive ones."""
    for _, run in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]


@cache
def load_texts(language: Language) -> Texts:
    """Load the catalogue of ``language``.

    Raises:
        pydantic.ValidationError: A text is missing, empty or unknown; the error names it.
    """
    path = Path(__file__).with_name(f"texts.{language}.toml")
    return TypeAdapter(Texts).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))


def direction_of(language: Language) -> Direction:
    """The direction in which ``language`` is written."""
    return "rtl" if language == "ar" else "ltr"


def choose_language(asked: str | None, remembered: str | None, accepted: str) -> Language:
    """The page's first language.

    Args:
        asked: The address's ``lang`` parameter; it wins if it is one of the three.
        remembered: What was chosen on the page before, which comes next.
        accepted: The browser's ``Accept-Language`` header (RFC 9110, section 12.5.4).
    """
    preferred = [tag for tag in (asked, remembered, *_by_weight(accepted)) if tag]
    locale = Locale.negotiate(preferred, LANGUAGES, sep="-")
    return next(
        (language for language in LANGUAGES if locale and language == locale.language), "en"
    )


def _by_weight(accepted: str) -> list[str]:
    """The tags of a header that are wanted at all, the most wanted first."""
    entries = [entry.strip().partition(";") for entry in accepted.split(",")]
    weighted = [(_weight(parameter), tag.strip()) for tag, _, parameter in entries]
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
