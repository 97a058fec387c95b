"""What the service must know about a language to read documents: see `words.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import regex

Pattern = regex.Pattern[str]


@dataclass(frozen=True)
class Paragraphs:
    """How laws number the parts of an article.

    Attributes:
        article: What a locator of an article begins with.
        paragraph, item: What a block begins with; ``n`` is the number.
        cited: How a paragraph of an article (``place``) is cited.
        item_cited: The same for an item, where items are cited apart from paragraphs.
        item_mark, branch: What follows the number of an item, and what divides it from that of
            an item inserted behind it.
    """

    article: Pattern
    paragraph: Pattern
    cited: str
    item: Pattern | None = None
    item_cited: str = ""
    item_mark: str = ""
    branch: str = ""


@dataclass(frozen=True)
class Places:
    """Articles and the other parts of documents.

    Attributes:
        references: Finds references to articles in a text in NFKC with plain digits: where they
            begin, and the number ("15", "15-2", "15-bis").
        without: The same text without them.
        reference_end: A reference with a full stop, which ends no sentence.
        divisions: Lines that are headings, with their levels: below Markdown's six, in the order
            of a statute's parts. In ``head`` what belongs to the heading, in ``rest`` what follows
            it on the same line.
        locator: What of an article's heading is cited.
        heads: What headings of parts and articles begin with.
        paragraphs: The parts of an article.
        addenda: The part of an act whose articles are numbered anew.
    """

    references: Callable[[str], Iterator[tuple[int, str]]]
    without: Callable[[str], str]
    divisions: tuple[tuple[str, int], ...]
    locator: str
    heads: str
    paragraphs: Paragraphs
    reference_end: str = ""
    addenda: str = ""


@dataclass(frozen=True)
class Wordings:
    """Articles that give all their wordings in turn.

    Attributes:
        note: The list of the decrees that changed an article.
        replaced: What says of a decree that it replaces the article.
        part: What says that it replaces only a part: the rest of the first wording is still
            in force.
        date: What stands before a decree's date, and the date in the first group.
        earlier, current: Our own headings of wordings.
    """

    note: Pattern
    replaced: Pattern
    part: Pattern
    date: Pattern
    earlier: str
    current: str


@dataclass(frozen=True)
class Documents:
    """What documents say about themselves.

    Attributes:
        keys: Names of fields in front matter, besides our own, by our own.
        repealed_status: Statuses that say that a document is not in force any more, in lower case.
        amended, repealed: Notes that a passage was amended or repealed.
        titles: Words of titles that tell no document from another.
        in_force: How the first and the last day in force are told, ``{}`` for the day.
        page: How a page is named, ``{}`` for its number.
    """

    keys: Mapping[str, tuple[str, ...]]
    repealed_status: tuple[str, ...]
    amended: str
    repealed: str
    titles: str
    in_force: tuple[str, str]
    page: str


@dataclass(frozen=True)
class Pages:
    """What stands on pages besides their text.

    Attributes:
        before_number, after_number: Words beside a page number.
        of_pages: What stands between a page number and how many pages there are.
        contents: Headings of tables of contents.
        web_contents: The same on web pages.
        after_article: What begins the part below an article on a web page.
        controls: Lines that belong to a web page's controls.
        badges: Words of a line of icons and counts.
        byline: Who wrote an article and how long ago.
    """

    before_number: str
    of_pages: str
    contents: str
    web_contents: str
    after_article: str
    controls: str
    byline: str
    after_number: str = ""
    badges: str = ""
