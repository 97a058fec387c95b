"""What a reader could ask next: about the articles around the one that was cited. The words are
the documents' own; nothing is generated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.api.schemas.chat_schemas import PassageView
from assistant.api.schemas.reader_schemas import PassageContext
from ui.texts import Texts

#: How many are offered.
_OFFERED = 3
#: What an article is about, as headings have it: ``제4조(신청 기한)``, ``Article 4 (Mobility)``,
#: ``المادة 4: مواعيد التقديم``.
_SUBJECT = re.compile(r"[(（](?P<inside>[^()（）]+)[)）]$|[:：–—]\s+(?P<after>[^:：]+)$")


def next_questions(context: PassageContext, texts: Texts) -> list[str]:
    """Questions about what stands near a passage, the nearest first; none where that is in
    another language than the reader's."""
    said = {subject_of(context.passage)}
    found: list[str] = []
    for near in _around(context):
        subject = subject_of(near)
        if near.language == texts.language and subject and subject not in said:
            said.add(subject)
            found.append(texts.ask_about.format(title=near.title, subject=subject))
    return found[:_OFFERED]


def _around(context: PassageContext) -> Iterator[PassageView]:
    before, after = list(reversed(context.before)), context.after
    for index in range(max(len(before), len(after))):
        yield from after[index : index + 1]
        yield from before[index : index + 1]


def subject_of(passage: PassageView) -> str | None:
    """What the heading of an article says that it is about, or None."""
    heading = " ".join(passage.headings[-1].split()) if passage.headings else ""
    found = _SUBJECT.search(heading)
    return (found["inside"] or found["after"]).strip() if found else None
