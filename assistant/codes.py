"""The words that code, API, page and evals share: languages and how they write, outcomes, and what
becomes of files.

Imports nothing, so that clients may have the API's schemas without the service.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, get_args

Language = Literal["ko", "ar", "en"]
Direction = Literal["ltr", "rtl"]
#: How a question ends: with an answer, with quotes, or with the nearest documents.
Outcome = Literal["answered", "quoted", "not_found"]
#: What a reader thinks of a reply, and what is wrong with it.
Rating = Literal["up", "down"]
Reason = Literal["wrong", "not_supported", "incomplete", "off_topic", "outdated", "other"]
#: How far an ingestion is.
IngestionState = Literal["queued", "running", "cancelling", "cancelled", "done", "failed"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DIRECTIONS: Final[dict[Language, Direction]] = {"ko": "ltr", "ar": "rtl", "en": "ltr"}
#: The locales (of Unicode's CLDR) in which numbers, dates and plurals are written.
LOCALES: Final[dict[Language, str]] = {"ko": "ko_KR", "ar": "ar", "en": "en_GB"}


class FileOutcome(StrEnum):
    """What became of a file, or of a document whose file is gone."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REMOVED = "removed"
    FAILED = "failed"


class Fault(StrEnum):
    """What is wrong with a file, for those who show it in other words than the service's own."""

    DAMAGED = "damaged"
    #: A password or copy protection.
    PROTECTED = "protected"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    #: Too much of the text that it shows would be in no passage.
    INCOMPLETE = "incomplete"
    SCANNED = "scanned"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    #: The content is not what the ending of the name says.
    WRONG_FORMAT = "wrong_format"
    ENCODING = "encoding"
    #: An old format that is read through LibreOffice, which is not installed.
    NEEDS_LIBREOFFICE = "needs_libreoffice"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    #: The reader of the format failed.
    CRASHED = "crashed"
    BAD_METADATA = "bad_metadata"
    #: A link, a path out, an archive, or a second entry of one name in an archive; what is nested
    #: too deep in mails.
    ARCHIVE_ENTRY = "archive_entry"
    BAD_NAME = "bad_name"
    #: Not there, not permitted, or no ordinary file.
    INACCESSIBLE = "inaccessible"
    #: Not the file's fault.
    INTERNAL = "internal"


class RemarkKind(StrEnum):
    """What may be noticed about a text."""

    REPAIRED = "repaired"
    MANGLED = "mangled"
    #: Text that the file shows and that is in no passage.
    MISSING = "missing"
    EMPTY_PAGE = "empty_page"
    RECOGNISED = "recognised"
    LEFT_OUT = "left_out"
    #: What the file hides or strikes out; it is left out.
    HIDDEN = "hidden"
    #: Changes that nobody has accepted or rejected; the text is read as if all were accepted.
    TRACKED_CHANGES = "tracked_changes"
    #: What people wrote in the margin; it is left out.
    COMMENTS = "comments"
    #: Metadata that are stated and cannot be used.
    BAD_METADATA = "bad_metadata"
