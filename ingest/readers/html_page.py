"""Which part of a web page is the document, and what is left out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import regex
from lxml import etree

from assistant.codes import RemarkKind
from ingest.readers.cleaning import clean
from ingest.readers.html_signs import spell_out
from ingest.readers.html_tree import drop, local_name, text_of
from ingest.readers.source import Remark

#: What a browser does not show, or shows as a control.
_NEVER_SHOWN = {
    *("head", "script", "style", "template", "noscript", "iframe", "object", "audio", "video"),
    *("canvas", "datalist", "annotation", "annotation-xml"),
}
_FRAMES = {"iframe", "object", "embed", "frame"}
_CONTROLS = {"button", "select", "textarea"}
_STRUCK = {"del", "s", "strike"}
_HIDING = regex.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:!|;|$)|opacity\s*:\s*0?\.?0*\s*(?:!|;|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4,})",
    regex.I,
)
_STRIKING = regex.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", regex.I)
#: What Word writes of comments: the list of them, one, and what refers to one.
_COMMENTING = regex.compile(r"mso-element\s*:\s*comment|mso-comment-reference", regex.I)

_AROUND = {"nav", "search"}
_AROUND_ROLES = {"navigation", "search", "banner", "contentinfo", "complementary"}
_AROUND_BODY = {"header", "footer", "aside"}
#: Words in the classes and ids by which pages without landmarks name what is around their text.
_NAMED_AROUND = regex.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|gnb|lnb|snb|breadcrumbs?|sidebar|footer|masthead"
    r"|topbar|cookies?|consent|skip|share|sharing|social|pagination|pager|related|banner)"
    r"(?:$|[\s_-])",
    regex.IGNORECASE,
)
#: A part with more of the page's text than this is never taken for a menu by its name.
_LARGEST_AROUND = 0.3
#: Links that make a list of links, and their share of its letters.
_LINKS, _LINKED = 4, 0.8
_LISTS = {"ul", "ol", "menu", "table", "div", "p", "td"}
#: Of a text that is left out a remark shows the first words, and of so many texts.
_WORDS_SHOWN, _TEXTS_SHOWN = 8, 5


@dataclass
class MainPart:
    """The document in a web page, or in a chapter of a book.

    Attributes:
        root: Its element, without what is left out.
        around: The texts of menus, heads and feet of the page, and of controls.
        struck: Texts that are struck out.
        hidden: Texts that the page does not show.
        frames: How many other pages and files it shows within it.
        comments: Comments of those who wrote it, and what refers to them.
    """

    root: etree._Element
    around: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    frames: int = 0
    comments: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> tuple[str, ...]:
        """All texts that are left out."""
        return (*self.around, *self.struck, *self.hidden, *self.comments)


def remarks_on(parts: Sequence[MainPart]) -> Iterator[Remark]:
    """What was left out of the parts of a document."""
    around = [text for part in parts for text in part.around]
    struck = [text for part in parts for text in part.struck]
    hidden = [text for part in parts for text in part.hidden]
    for kind, what, texts in (
        (RemarkKind.LEFT_OUT, "around the main part of the page", around),
        (RemarkKind.HIDDEN, "that are struck out", struck),
        (RemarkKind.HIDDEN, "that the page does not show", hidden),
    ):
        if words := sum(len(text.split()) for text in texts):
            yield Remark(kind, f"{words:,} words {what}: {_first_words(texts)}")
    if any(part.comments for part in parts):
        yield Remark(RemarkKind.COMMENTS, "comments that Word wrote into the page")
    if frames := sum(part.frames for part in parts):
        yield Remark(RemarkKind.LEFT_OUT, f"frames with other pages and embedded files: {frames}")


def _first_words(texts: Sequence[str]) -> str:
    words = " … ".join(" ".join(text.split()[:_WORDS_SHOWN]) for text in texts[:_TEXTS_SHOWN])
    return clean(f"“{words}”")


def shown_part(body: etree._Element) -> MainPart:
    """What a body shows and holds to be valid, without its menus; it is changed."""
    spell_out(body)
    frames = sum(local_name(e) in _FRAMES for e in body.iter(etree.Element))
    _take(body, lambda e: local_name(e) in _NEVER_SHOWN)
    comments = _take(body, _is_comment)
    hidden = _take(body, _is_hidden)
    struck = _take(body, _is_struck)
    around = _take(body, lambda e: local_name(e) in _CONTROLS or _is_around(e))
    return MainPart(body, around, struck, hidden, frames, comments)


def main_part(body: etree._Element) -> MainPart:
    """The document in the body of a web page, which is changed.

    The page's own landmarks decide: its ``main`` element, else what is not in its menus, heads
    and feet. A page without any is searched for lists of links, and for parts that are named as
    such.
    """
    page = shown_part(body)
    main = _only(body, lambda e: local_name(e) == "main" or e.get("role") == "main")
    if main is not None and main is not body and text_of(main):
        _keep_title(body, main)
        page.root = main
        page.around += _take(main, _is_contents)
        page.around += _outside(body, main)
        return page
    page.around += _take(body, _is_around_body)
    letters = len(text_of(body))
    page.around += _take(body, lambda e: _is_named_around(e, letters))
    page.around += _take(body, _is_list_of_links)
    return page


def _take(root: etree._Element, unwanted: Callable[[etree._Element], bool]) -> list[str]:
    """Take elements out, the outermost of those inside each other; their texts."""
    found = list(_outermost(root, unwanted))
    texts = [text_of(element) for element in found]
    for element in found:
        drop(element)
    return [text for text in texts if text]


def _outermost(
    root: etree._Element, wanted: Callable[[etree._Element], bool]
) -> Iterator[etree._Element]:
    for child in root.iterchildren(etree.Element):
        if wanted(child):
            yield child
        else:
            yield from _outermost(child, wanted)


def _only(body: etree._Element, wanted: Callable[[etree._Element], bool]) -> etree._Element | None:
    found = list(_outermost(body, wanted))
    return found[0] if len(found) == 1 else None


def _keep_title(body: etree._Element, main: etree._Element) -> None:
    """A title that stands above the main part belongs to it."""
    if _has_title(main):
        return
    titles = [e for e in body.iter(etree.Element) if local_name(e) == "h1"]
    if len(titles) == 1 and text_of(titles[0]):
        (title,) = titles
        drop(title)
        title.tail = main.text
        main.text = None
        main.insert(0, title)


def _outside(body: etree._Element, main: etree._Element) -> list[str]:
    """The texts of a page around its main part, which is taken out of it."""
    drop(main)
    text = text_of(body)
    return [text] if text else []


def _is_hidden(element: etree._Element) -> bool:
    hidden = element.get("hidden")
    if hidden is not None and hidden.strip().lower() != "until-found":
        return True
    return bool(_HIDING.search(element.get("style") or ""))


def _is_comment(element: etree._Element) -> bool:
    return bool(_COMMENTING.search(element.get("style") or "")) or (
        element.get("class") or ""
    ).startswith("MsoCommentReference")


def _is_struck(element: etree._Element) -> bool:
    struck = local_name(element) in _STRUCK
    return struck or bool(_STRIKING.search(element.get("style") or ""))


def _is_around(element: etree._Element) -> bool:
    if local_name(element) in _AROUND:
        return True
    return (element.get("role") or "") in _AROUND_ROLES and not _has_title(element)


def _has_title(element: etree._Element) -> bool:
    return any(local_name(inner) == "h1" for inner in element.iter(etree.Element))


def _is_around_body(element: etree._Element) -> bool:
    """Whether it is a head, foot or aside of the page, not one of an article in it. A head with
    the title stays."""
    if local_name(element) not in _AROUND_BODY:
        return False
    if any(local_name(outer) in {"article", "section"} for outer in element.iterancestors()):
        return False
    return not _has_title(element)


def _is_named_around(element: etree._Element, letters: int) -> bool:
    if local_name(element) == "body" or _has_title(element):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_NAMED_AROUND.search(names)) and len(text_of(element)) < _LARGEST_AROUND * letters


def _is_list_of_links(element: etree._Element) -> bool:
    if local_name(element) not in _LISTS:
        return False
    links = _links(element)
    if len(links) < _LINKS:
        return False
    linked = sum(len(text_of(link)) for link in links)
    return linked >= _LINKED * len(text_of(element))


def _is_contents(element: etree._Element) -> bool:
    """Whether it is a table of contents: links into the page itself, and nothing else."""
    links = _links(element)
    inside = all((link.get("href") or "").startswith("#") for link in links)
    return inside and _is_list_of_links(element)


def _links(element: etree._Element) -> Sequence[etree._Element]:
    return [e for e in element.iter(etree.Element) if local_name(e) == "a" and e.get("href")]
