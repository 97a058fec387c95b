"""Questions to begin with, made of the documents: about what the headings of their articles name.
The words are the documents' own; nothing is generated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cachetools import TTLCache

from assistant.api.schemas.document_schemas import DocumentSummary
from assistant.client import endpoints
from assistant.codes import Language
from ui.client import ChatClient, ChatError
from ui.library import Library, Work, holds, today
from ui.next_questions import subject_of
from ui.texts import load_texts

#: How many are offered, and of how many documents the headings are read for them.
_OFFERED, _READ = 3, 6
#: Passages of a document whose headings are read.
_PASSAGES = 60
#: Lists of questions that are remembered, and for how many seconds.
_KEPT, _SECONDS = 200, 600.0


class Starters:
    """Makes them of what the service has, others each day."""

    def __init__(self, client: ChatClient, library: Library) -> None:
        self._client = client
        self._library = library
        self._made: TTLCache[tuple[object, ...], list[str]] = TTLCache(_KEPT, _SECONDS)

    async def about(self, works: Sequence[Work], language: Language) -> list[str]:
        """Questions about some of these works, in their edition in the reader's language; none
        where there is no such edition, or no heading that says what an article is about.

        Raises:
            ChatError: The service does not say.
        """
        day = today()
        own = [e for work in works if holds(e := work.edition(language)) if e.language == language]
        known = (language, day, *(document.document_id for document in own))
        if (made := self._made.get(known)) is None:
            turned = [own[(day * _OFFERED + i) % len(own)] for i in range(len(own))]
            read = await asyncio.gather(*(self._subjects(d) for d in turned[:_READ]))
            made = _questions(list(zip(turned, read, strict=False)), language, day)
            self._made[known] = made
        return made

    async def _subjects(self, document: DocumentSummary) -> list[str]:
        """What the articles of a document are about, in their order."""
        try:
            wanted = endpoints.passages(document.document_id, _PASSAGES)
            found = await self._client.send(wanted)
        except ChatError as error:
            if error.kind == "gone":  # It was deleted meanwhile.
                return []
            raise
        return list(dict.fromkeys(filter(None, map(subject_of, found.passages))))


def _questions(
    read: Sequence[tuple[DocumentSummary, Sequence[str]]], language: Language, day: int
) -> list[str]:
    """Questions about as many documents as there are, one for each before another for any."""
    texts = load_texts(language)
    made = []
    for turn in range(_OFFERED):
        for place, (document, subjects) in enumerate(read):
            # The first article says what a document is for, the last when it comes into force.
            inner = subjects[1:-1] if len(subjects) > _OFFERED else subjects
            if turn < len(inner):
                subject = inner[(day + place + turn) % len(inner)]
                made.append(texts.ask_about.format(title=document.title, subject=subject))
    return made[:_OFFERED]
