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
class Division:
    """A part of a document that a heading names.

    Attributes:
        mark: What names it, at the start of a line: "제15조의2", "Article 15", "Annex I". Read in
            folded letters.
        level: Below Markdown's six, in the order of a statute's parts.
        cited: Whether its passages are cited by it.
        name: How it is cited, where that is not its mark.
        anew: Whether its articles are numbered anew.
    """

    mark: str
    level: int
    cited: bool = False
    name: str = ""
    anew: bool = False


@dataclass(frozen=True)
class Places:
    """Articles and the other parts of documents.

    Attributes:
        references: Finds references to articles in a text in NFKC with plain digits: where they
            begin, and the number ("15", "15-2", "15-bis").
        without: The same text without them.
        reference_end: A reference with a full stop, which ends no sentence.
        divisions: The parts that headings name.
        referring: What follows a division's mark where it is referred to and no heading, in folded
            letters: a particle, "of the", "من".
        heads: What headings of parts and articles begin with.
        paragraphs: The parts of an article.
    """

    references: Callable[[str], Iterator[tuple[int, str]]]
    without: Callable[[str], str]
    divisions: tuple[Division, ...]
    referring: str
    heads: str
    paragraphs: Paragraphs
    reference_end: str = ""


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
        no_titles: What programs call a document that has no title.
        suspended: Words before which a hyphen stands for the end of a later word: "short- and".
        in_force: How the first and the last day in force are told, ``{}`` for the day.
        page: How a page is named, ``{}`` for its number.
    """

    keys: Mapping[str, tuple[str, ...]]
    repealed_status: tuple[str, ...]
    amended: str
    repealed: str
    titles: str
    no_titles: str
    in_force: tuple[str, str]
    page: str
    suspended: str = ""


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
