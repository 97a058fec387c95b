"""The quality report of a document: what an operator should look at before readers do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import floor
from typing import Any

import regex

from assistant.codes import RemarkKind
from assistant.index.passage import Passage
from assistant.language import script_shares
from assistant.language.lexicon import alternatives
from ingest.coverage import Coverage
from ingest.metadata import DocumentMetadata
from ingest.readers import Remark, SourceText

#: Remarks that are kept; of a PDF with a fault of its own on each page the first are enough.
_MAX_REMARKS = 100
_MANGLED = regex.compile(r"[\uFFFD\uE000-\uF8FF]|Ã.|â€.|[À-ÿ]{4,}")
_AMENDED = regex.compile(alternatives(lambda words: words.documents.amended))
_REPEALED = regex.compile(alternatives(lambda words: words.documents.repealed))


@dataclass(frozen=True)
class Quality:
    """What was found in a document.

    Attributes:
        characters: Length of its text.
        passages: How many passages it was cut into.
        headings: How many of them stand below a heading of their own.
        articles: How many different articles they name.
        scripts: Share of the letters in each script.
        duplicates: Passages whose text another passage of the document has too.
        mangled: Characters that are probably not what was written.
        coverage: Share of what the file shows that is in passages, from 0 to 1; None where only
            its reader can tell what it shows.
        empty_pages: Pages without text.
        amended, repealed: Passages that say that they were amended or repealed.
        guessed: Metadata that were guessed, to be corrected in a sidecar.
        remarks: What was noticed while reading, each once with all its pages.
    """

    characters: int
    passages: int
    headings: int
    articles: int
    scripts: dict[str, float]
    duplicates: int
    mangled: int
    coverage: float | None
    empty_pages: Sequence[int]
    amended: int
    repealed: int
    guessed: Sequence[str]
    remarks: Sequence[Remark]

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def assess(
    source: SourceText,
    metadata: DocumentMetadata,
    passages: Sequence[Passage],
    covered: Coverage | None,
) -> Quality:
    """The quality of a document as it was read and cut."""
    texts = Counter(passage.text for passage in passages)
    shares = script_shares(source.text[:200_000])
    return Quality(
        characters=len(source.text),
        passages=len(passages),
        headings=sum(bool(passage.headings) for passage in passages),
        articles=len({passage.article for passage in passages if passage.article}),
        scripts={name: round(share, 3) for name, share in shares.items() if share >= 0.005},
        duplicates=sum(n - 1 for n in texts.values()),
        mangled=sum(len(found) for found in _MANGLED.findall(source.text)),
        # Rounded down: what is not all is not shown as all.
        coverage=floor(covered.share * 1000) / 1000 if covered else None,
        empty_pages=[
            page for r in source.remarks if r.kind == RemarkKind.EMPTY_PAGE for page in r.pages
        ],
        amended=sum(bool(_AMENDED.search(passage.text)) for passage in passages),
        repealed=sum(bool(_REPEALED.search(passage.text)) for passage in passages),
        guessed=list(metadata.guessed),
        remarks=remarks_of(source, metadata, covered)[:_MAX_REMARKS],
    )


def remarks_of(
    source: SourceText, metadata: DocumentMetadata, covered: Coverage | None
) -> list[Remark]:
    """What was noticed; what is the same on several pages is one remark."""
    pages: dict[tuple[RemarkKind, str], list[int]] = {}
    stated = [Remark(RemarkKind.BAD_METADATA, problem) for problem in metadata.problems]
    missing = covered.remark() if covered else None
    for remark in (*([missing] if missing else []), *stated, *source.remarks):
        pages.setdefault((remark.kind, remark.detail), []).extend(remark.pages)
    return [Remark(kind, detail, found) for (kind, detail), found in pages.items()]
