"""The words that code, API, page and evals share: languages and how they write, outcomes.

Imports nothing, so that clients may have the API's schemas without the service.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Language = Literal["ko", "ar", "en"]
Direction = Literal["ltr", "rtl"]
#: How a question ends: with an answer, with quotes, or with the nearest documents.
Outcome = Literal["answered", "quoted", "not_found"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DIRECTIONS: Final[dict[Language, Direction]] = {"ko": "ltr", "ar": "rtl", "en": "ltr"}
#: The locales (of Unicode's CLDR) in which numbers, dates and plurals are written.
LOCALES: Final[dict[Language, str]] = {"ko": "ko_KR", "ar": "ar", "en": "en_GB"}
