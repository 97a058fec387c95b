"""Articles that give all their wordings in turn: each wording gets the days that it was in force.

Saudi laws on nezams.com have this form: the first wording, then each later one in quotation
marks, then a note that lists the decrees, one for each later wording. Found and cited as they
are, they answer with a wording that is not in force. They are taken apart only where later
wordings and decrees match one to one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from assistant.index.passage import PassageNode
from assistant.language.ar.documents import WORDINGS
from assistant.language.calendars import day_before
from ingest.dates import as_day

_HEADING = regex.compile(r"^#{1,6}\s.*$", regex.MULTILINE)
_DECREE = regex.compile(r"^>\s*-\s*(?P<text>.*)$", regex.MULTILINE)
_OPENING, _CLOSING = '«“"', '»”"'

#: Headings of our own above each wording; the days are read from them again after cutting.
_OWN_HEADING = regex.compile(
    rf"(?:{WORDINGS.earlier}|{WORDINGS.current}) \[(?P<begin>\d{{8}}|-)/(?P<end>\d{{8}}|-)\]"
)


def part_wordings(text: str) -> str:
    """A Markdown text with a heading above each wording of an amended article."""
    if not WORDINGS.note.search(text):
        return text
    starts = [match.start() for match in _HEADING.finditer(text)] + [len(text)]
    return text[: starts[0]] + "".join(_parted(text[a:b]) for a, b in pairwise(starts))


def date_wordings(nodes: Sequence[PassageNode]) -> None:
    """Give the passages of wordings their days in force, and take our own headings away."""
    for node in nodes:
        headings = node.metadata["headings"]
        match = _OWN_HEADING.fullmatch(headings[-1]) if headings else None
        if match is None:
            continue
        name = headings[-1].split(" [")[0]
        node.metadata["headings"] = [*headings[:-1], name]
        for field, group in (("effective_from", "begin"), ("effective_until", "end")):
            if match[group] != "-":
                node.metadata[field] = int(match[group])


def _parted(article: str) -> str:
    note = WORDINGS.note.search(article)
    if note is None:
        return article
    days = [_day(decree["text"]) for decree in _DECREE.finditer(note[0])]
    heading, _, body = article[: note.start()].partition("\n")
    wordings = list(_wordings(body))
    known = [day for day in days if day is not None]
    if len(known) != len(days) or known != sorted(known) or len(wordings) != len(known) + 1:
        return article
    parts = [heading, ""]
    for i, wording in enumerate(wordings):
        begin = f"{known[i - 1]}" if i else "-"
        end = f"{day_before(known[i])}" if i < len(known) else "-"
        name = WORDINGS.earlier if i < len(known) else WORDINGS.current
        parts += [f"###### {name} [{begin}/{end}]", "", wording, ""]
    return "\n".join([*parts, article[note.end() :].lstrip("\n")])


def _wordings(body: str) -> Iterator[str]:
    """The first wording, then each that stands in quotation marks of its own."""
    current: list[str] = []
    quoted = False
    for paragraph in regex.split(r"\n\s*\n", body.strip()):
        text = paragraph.strip()
        if not quoted and text[:1] in _OPENING and text:
            yield "\n\n".join(current)
            current, quoted = [], True
        current.append(text)
        if quoted and text.rstrip(".").endswith(tuple(_CLOSING)):
            quoted = False
    yield "\n\n".join(current)


def _day(decree: str) -> int | None:
    """The day of a decree that replaces the whole article."""
    match = WORDINGS.date.search(decree)
    whole = WORDINGS.replaced.search(decree) and not WORDINGS.part.search(decree)
    return as_day(match[1]) if match and whole else None
