"""The documents that questions are answered from, as a reader looks for them: by work."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cachetools import TTLCache

from assistant.api.schemas.document_schemas import DocumentSummary
from assistant.client import endpoints
from assistant.codes import Language
from ui.client import ChatClient
from ui.texts import LANGUAGES

#: Documents that the service is asked for at once, the most that it gives.
_PAGE = 1000
#: Seconds for which a list is good.
_SECONDS = 30.0
#: Arabic letters that are written in two ways, and the stroke that only lengthens a word.
_SPELLINGS: dict[str, str | None] = {"ى": "ي", "ة": "ه", "ـ": None}
#: Hangul's final consonants (U+11A8 to U+11C2) as the initials that they are until the next vowel
#: is typed.
_FINALS = dict(
    zip(
        map(chr, range(0x11A8, 0x11C3)),
        [
            *"ᄀ ᄁ ᄀᄉ ᄂ ᄂᄌ ᄂᄒ ᄃ ᄅ ᄅᄀ ᄅᄆ ᄅᄇ ᄅᄉ ᄅᄐ ᄅᄑ".split(),
            *"ᄅᄒ ᄆ ᄇ ᄇᄉ ᄉ ᄊ ᄋ ᄌ ᄎ ᄏ ᄐ ᄑ ᄒ".split(),
        ],
        strict=True,
    )
)
_SAME = str.maketrans(_SPELLINGS | _FINALS)


@dataclass(frozen=True)
class Work:
    """A work with all its editions and versions, or a document that belongs to none.

    Attributes:
        documents: What it consists of; at least one.
    """

    documents: tuple[DocumentSummary, ...]

    @property
    def key(self) -> str:
        """Names it on the page. So does the id of any other of its documents."""
        return self.documents[0].document_id

    @property
    def document_ids(self) -> list[str]:
        """What to search when only this work is asked about."""
        return [document.document_id for document in self.documents]

    def edition(self, language: Language) -> DocumentSummary:
        """The document to show to readers of a language: theirs if there is one, and of several
        versions the one that holds today."""
        return min(self.editions(), key=lambda document: document.language != language)

    def editions(self) -> list[DocumentSummary]:
        """One document for each language, of several versions the one that holds today."""
        latest: dict[Language, DocumentSummary] = {}
        for document in sorted(self.documents, key=_standing):
            latest[document.language] = document
        return [latest[language] for language in LANGUAGES if language in latest]


@dataclass(frozen=True)
class Filter:
    """Which works are wanted. Empty values allow all.

    Attributes:
        text: Words that stand in a title or a file name, however they are accented or vowelled;
            the last syllable of a Korean one may be unfinished.
        language: Of an edition.
        collection: That they are in.
    """

    text: str = ""
    language: str = ""
    collection: str = ""

    def matching(self, works: Iterable[Work]) -> list[Work]:
        """The works that are wanted, in their order."""
        words = _letters(self.text).split()
        return [work for work in works if self._allows(work, words)]

    def _allows(self, work: Work, words: Sequence[str]) -> bool:
        if self.collection not in ("", work.documents[0].collection):
            return False
        if self.language not in ("", *(document.language for document in work.documents)):
            return False
        names = _letters(" ".join(f"{d.title} {d.source}" for d in work.documents))
        return all(word in names for word in words)


class Library:
    """The works that the page's key may see."""

    def __init__(self, client: ChatClient) -> None:
        self._client = client
        self._kept: TTLCache[str, list[Work]] = TTLCache(1, _SECONDS)
        self._asking = asyncio.Lock()

    async def works(self) -> list[Work]:
        """All works, by collection and name.

        Raises:
            ChatError: The service does not say.
        """
        async with self._asking:
            works = self._kept.get("works")
            if works is None:
                works = self._kept["works"] = _grouped(await self._documents())
            return works

    async def named(self, document_ids: Sequence[str]) -> list[Work]:
        """The works that these documents belong to; what is not known is left out.

        Raises:
            ChatError: The service does not say.
        """
        if not document_ids:
            return []
        wanted = set(document_ids)
        return [work for work in await self.works() if wanted.intersection(work.document_ids)]

    async def _documents(self) -> list[DocumentSummary]:
        found: list[DocumentSummary] = []
        while True:
            page = await self._client.send(endpoints.documents(_PAGE, len(found)))
            found += page.documents
            if not page.documents or len(found) >= page.total:
                return found


def today() -> int:
    """The day as the service writes days (20260911)."""
    return int(f"{datetime.now().astimezone():%Y%m%d}")


def holds(document: DocumentSummary) -> bool:
    """Whether a document is in force today, or does not say when it is."""
    begun = (document.effective_from or 0) <= today()
    ended = document.effective_until is not None and document.effective_until < today()
    return begun and not ended and not document.repealed


def _standing(document: DocumentSummary) -> tuple[bool, int]:
    return holds(document), document.effective_from or 0


def _grouped(documents: Sequence[DocumentSummary]) -> list[Work]:
    """Documents by their work, which is one within its collection."""
    groups: dict[tuple[str, str], list[DocumentSummary]] = {}
    for document in documents:
        group = (document.collection, document.work_id or document.document_id)
        groups.setdefault(group, []).append(document)
    return [Work(tuple(group)) for group in groups.values()]


def _letters(text: str) -> str:
    """Letters without case, accents and vowel signs, and Hangul in its jamo (Unicode Standard
    Annex 15, NFKD), so that what is typed so far is found in the syllable that it becomes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_SAME)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
