"""Style sheets, as far as they hide elements or strike them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import regex
from lxml import etree

from ingest.readers.html_tree import local_name

_COMMENT: Final = regex.compile(r"/\*.*?\*/", regex.DOTALL)
_RULE: Final = regex.compile(r"([^{}]*)\{([^{}]*)\}")
_SELECTOR: Final = regex.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?P<more>(?:[.#][\p{L}_][\w-]*)*)", regex.I
)
_PART: Final = regex.compile(r"([.#])([\p{L}_][\w-]*)")
_DECLARED: Final = regex.compile(
    r"(?:^|;)\s*(display|visibility|text-decoration(?:-line)?)\s*:\s*([^;!]+)", regex.I
)
#: Attributes that name what a click opens.
_OPENS: Final = ("aria-controls", "href", "data-target", "data-bs-target")
#: Rules of a sheet that are looked at: it may have any number.
_MOST: Final = 5000


@dataclass(frozen=True)
class _Rule:
    tag: str
    classes: frozenset[str]
    identity: str
    declared: dict[str, str]

    @property
    def weight(self) -> tuple[bool, int, bool]:
        return bool(self.identity), len(self.classes), bool(self.tag)

    @property
    def key(self) -> str:
        """What every element that it is for has: an id, a class or a tag."""
        if self.identity:
            return f"#{self.identity}"
        return f".{min(self.classes)}" if self.classes else self.tag

    def fits(self, element: etree._Element, classes: set[str]) -> bool:
        return (
            (not self.tag or self.tag == local_name(element))
            and (not self.identity or self.identity == element.get("id"))
            and self.classes <= classes
        )


def apply_styles(root: etree._Element, sheets: Iterable[str]) -> None:
    """Write what style sheets hide or strike out into the elements themselves.

    Selectors of tags, classes and ids are understood, without what stands around an element; of
    several rules for one element the heavier and later one holds, and its own style above all.
    What a button or a link of the page opens (tabs, folded answers) is hidden until it is opened
    only, and stays.

    Args:
        root: The page, which is changed.
        sheets: The texts of its style sheets, in order.
    """
    rules = sorted((rule for sheet in sheets for rule in _rules(sheet)), key=lambda r: r.weight)
    if not any(_takes_away(rule.declared) for rule in rules):
        return
    by_key: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        by_key.setdefault(rule.key, []).append(place)
    opened = _opened(root)
    for element in root.iter(etree.Element):
        if element.get("id") in opened or _follows_a_button(element):
            continue
        classes = set((element.get("class") or "").split())
        keys = (local_name(element), f"#{element.get('id')}", *(f".{name}" for name in classes))
        found: dict[str, str] = {}
        for place in sorted(place for key in keys for place in by_key.get(key, ())):
            if rules[place].fits(element, classes):
                found |= rules[place].declared
        own = element.get("style") or ""
        said = {match[1].lower() for match in _DECLARED.finditer(own)}
        kept = {name: value for name, value in found.items() if name not in said}
        if _takes_away(kept):
            styles = "; ".join(f"{name}: {value}" for name, value in kept.items())
            element.set("style", f"{styles}; {own}")


def _opened(root: etree._Element) -> set[str]:
    """The ids of what something on the page opens."""
    named = {
        name.removeprefix("#")
        for element in root.iter(etree.Element)
        for key in _OPENS
        for name in (element.get(key) or "").split()
        if key == "aria-controls" or name.startswith("#")
    }
    panels = {e.get("id") for e in root.iter(etree.Element) if e.get("role") == "tabpanel"}
    return {name for name in named | panels if name}


def _follows_a_button(element: etree._Element) -> bool:
    before = element.getprevious()
    return before is not None and (
        local_name(before) == "button" or before.get("role") in {"button", "tab"}
    )


def _takes_away(declared: dict[str, str]) -> bool:
    return any(v in {"none", "hidden"} or "line-through" in v for v in declared.values())


def _rules(sheet: str) -> Iterator[_Rule]:
    flat = _without_media(_COMMENT.sub("", sheet))
    for number, rule in enumerate(_RULE.finditer(flat)):
        if number == _MOST:
            return
        declared = {m[1].lower(): m[2].strip().lower() for m in _DECLARED.finditer(rule[2])}
        declared = {n: v for n, v in declared.items() if n == "display" or v != "none"}
        if not declared:
            continue
        for selector in rule[1].split(","):
            match = _SELECTOR.fullmatch(selector.strip())
            if match and match[0]:
                parts = _PART.findall(match["more"])
                classes = frozenset(name for sign, name in parts if sign == ".")
                identity = next((name for sign, name in parts if sign == "#"), "")
                yield _Rule((match["tag"] or "").lower(), classes, identity, declared)


def _without_media(sheet: str) -> str:
    """A sheet without what is for other media or conditions (``@media print {…}``)."""
    kept = []
    at = depth = 0
    for match in regex.finditer(r"@[\w-]+[^{};]*[;{]", sheet):
        if match.start() < at:
            continue
        kept.append(sheet[at : match.start()])
        at = match.end()
        if match[0].endswith("{"):
            depth = 1
            while depth and at < len(sheet):
                depth += {"{": 1, "}": -1}.get(sheet[at], 0)
                at += 1
    return "".join(kept) + sheet[at:]
