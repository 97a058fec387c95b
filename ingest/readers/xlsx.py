"""XLSX workbooks (ECMA-376): what the sheets show, which is more than their values.

calamine is several times faster, and knows neither number formats nor hidden rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zipfile import ZipFile

import regex
from lxml import etree

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers.findings import Findings
from ingest.readers.number_formats import BUILT_IN, shown
from ingest.readers.opc import Package, is_on, local, reference, value
from ingest.readers.raised import raised
from ingest.readers.sheets import Area, Sheet

_WORKBOOK = "xl/workbook.xml"
_REFERENCE = regex.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
#: Cells that a remark names.
_NAMED_CELLS = 5


@dataclass(frozen=True)
class _Looks:
    """How cells look, by their style: the number format, and whether they are struck out, or
    white on nothing."""

    formats: list[str]
    struck: list[bool]
    white: list[bool]


class Workbook:
    """The sheets of a workbook that are shown.

    Args:
        archive: The file, opened.
        name: What it is called, for errors.
        findings: Where what is left out is counted.

    Raises:
        UnreadableFileError: It is damaged.
    """

    def __init__(self, archive: ZipFile, name: str, findings: Findings) -> None:
        self._archive = archive
        self._name = name
        self._findings = findings
        self._package = Package(archive, name)
        root = self._package.root(_WORKBOOK)
        self._listed = list(root.iterfind("{*}sheets/{*}sheet")) if root is not None else []
        if root is None or not self._listed:
            raise self._damaged("it has no sheets")
        self._since_1904 = _says(root.find("{*}workbookPr"), "date1904")
        self._looks = _looks(next(self._package.related(_WORKBOOK, "styles"), None))
        strings = next(self._package.related(_WORKBOOK, "sharedStrings"), None)
        self._strings = [self._rich_text(item) for item in (strings if strings is not None else ())]

    def sheets(self) -> Iterator[Sheet]:
        """The sheets in order.

        Raises:
            UnreadableFileError: One is damaged.
        """
        relations = self._package.relations(_WORKBOOK)
        for listed in self._listed:
            relation = relations.get(reference(listed))
            if relation is not None and relation.kind == "chartsheet":
                self._findings.note(RemarkKind.LEFT_OUT, "sheets of a chart")
            if relation is None or relation.kind != "worksheet":
                continue
            if listed.get("state") in {"hidden", "veryHidden"}:
                self._findings.note(RemarkKind.HIDDEN, "hidden sheets")
                continue
            try:
                yield self._sheet(listed.get("name") or "", relation.target)
            except (etree.XMLSyntaxError, KeyError) as error:
                raise self._damaged(str(error)) from error

    def _sheet(self, name: str, part: str) -> Sheet:
        sheet = Sheet(name)
        without_result: list[str] = []
        with self._archive.open(part) as file:
            parsed = etree.iterparse(
                file,
                tag=("{*}row", "{*}col", "{*}mergeCell"),
                resolve_entities=False,
                no_network=True,
            )
            for _, element in parsed:
                self._take(element, sheet, without_result)
                element.clear()
                rows = element.getparent()
                if rows is not None:  # what was read goes
                    del rows[:-1]
        if without_result:
            what = (
                f"cells of the sheet “{name}” whose formulas have no stored result"
                f" ({', '.join(without_result[:_NAMED_CELLS])})"
            )
            self._findings.note(RemarkKind.MANGLED, what, len(without_result))
        for root in self._package.related(part, "comments"):
            self._findings.note(RemarkKind.COMMENTS, "comments", len(list(root.iter("{*}comment"))))
        for root in self._package.related(part, "drawing"):
            paragraphs = root.iterfind(".//{*}sp/{*}txBody/{*}p")
            sheet.texts += ["".join(t.text or "" for t in p.iter("{*}t")) for p in paragraphs]
            charts = len(list(root.iter("{*}chart")))
            self._findings.note(
                RemarkKind.LEFT_OUT, "charts, beside the cells that they show", charts
            )
        return sheet

    def _take(self, element: etree._Element, sheet: Sheet, without_result: list[str]) -> None:
        match local(element):
            case "row":
                self._row(element, sheet, without_result)
            case "col" if _says(element, "hidden"):
                first, last = int(element.get("min") or 1), int(element.get("max") or 1)
                sheet.hidden_columns.update(range(first - 1, last))
            case "mergeCell":
                corners = [
                    _place(corner) for corner in (element.get("ref") or "").partition(":")[::2]
                ]
                if corners[0] and corners[1]:
                    sheet.merged.append(Area(*corners[0], *corners[1]))

    def _row(self, row: etree._Element, sheet: Sheet, without_result: list[str]) -> None:
        number = row.get("r") or ""
        at = int(number) - 1 if number.isdigit() else max(sheet.cells, default=-1) + 1
        if _says(row, "hidden"):
            sheet.hidden_rows.add(at)
        cells: dict[int, str] = {}
        column = -1
        for cell in row:
            place = cell.get("r") or ""
            named = _column(place.rstrip("0123456789"))
            column = column + 1 if named is None else named
            parts = {
                part.tag.rpartition("}")[2]: part for part in cell if isinstance(part.tag, str)
            }
            if text := self._text(cell, parts):
                cells[column] = text
            elif "f" in parts and cell.get("t") != "str" and not _stored(parts):
                without_result.append(place or f"row {at + 1}")
        if cells:
            sheet.cells[at] = cells

    def _text(self, cell: etree._Element, parts: Mapping[str, etree._Element]) -> str:
        style = cell.get("s") or "0"
        look = int(style) if style.isdigit() and int(style) < len(self._looks.formats) else None
        stored = _stored(parts)
        match cell.get("t") or "n":
            case "s":
                text = self._strings[int(stored)] if _indexes(stored, self._strings) else ""
            case "inlineStr":
                text = self._rich_text(parts["is"]) if "is" in parts else ""
            case "b":
                text = "TRUE" if stored == "1" else "FALSE" if stored else ""
            case "n":
                text = self._number(stored, look)
            case "d":
                text = stored.replace("T", " ").removesuffix(" 00:00:00")
            case _:  # str, e
                text = stored
        if text and look is not None and self._looks.struck[look]:
            self._findings.note(RemarkKind.HIDDEN, "struck-out passages")
            return ""
        if text and look is not None and (self._looks.white[look] or self._is_blank(cell, look)):
            self._findings.leave_out(RemarkKind.HIDDEN, "white cells, or of an empty format", text)
            return ""
        return text.strip()

    def _is_blank(self, cell: etree._Element, look: int) -> bool:
        """Whether a cell's number format shows nothing: ``;;;``."""
        code = self._looks.formats[look].replace(" ", "")
        return code == ";;;" or (code == ";;" and cell.get("t") in {None, "n"})

    def _number(self, stored: str, look: int | None) -> str:
        try:
            number = float(stored)
        except ValueError:
            return stored
        code = self._looks.formats[look] if look is not None else "General"
        return shown(number, code, since_1904=self._since_1904)

    def _rich_text(self, item: etree._Element) -> str:
        """A text without how it is pronounced (``rPh``) and what is struck out in it."""
        parts = []
        for child in item.iterchildren(etree.Element):
            if local(child) == "t":
                parts.append(child.text or "")
            elif local(child) == "r":
                if is_on(child.find("{*}rPr/{*}strike")):
                    self._findings.note(RemarkKind.HIDDEN, "struck-out passages")
                else:
                    text = child.findtext("{*}t") or ""
                    is_raised = value(child.find("{*}rPr/{*}vertAlign")) == "superscript"
                    parts.append(raised(text) if is_raised else text)
        return "".join(parts)

    def _damaged(self, why: str) -> UnreadableFileError:
        return UnreadableFileError(
            Fault.DAMAGED,
            f"{self._name} cannot be read as a spreadsheet: {why}",
            "Save it again as .xlsx, without a password.",
        )


def _looks(root: etree._Element | None) -> _Looks:
    codes = dict(BUILT_IN)
    formats: list[str] = []
    struck: list[bool] = []
    white: list[bool] = []
    if root is not None:
        for element in root.iterfind("{*}numFmts/{*}numFmt"):
            identity = element.get("numFmtId") or ""
            if identity.isdigit():
                codes[int(identity)] = element.get("formatCode") or "General"
        fonts = [bool(is_on(f.find("{*}strike"))) for f in root.iterfind("{*}fonts/{*}font")]
        whites = [_is_white(f.find("{*}color")) for f in root.iterfind("{*}fonts/{*}font")]
        fills = [
            value(f.find("{*}patternFill"), "patternType")
            for f in root.iterfind("{*}fills/{*}fill")
        ]
        bare = [fill in {None, "none"} for fill in fills]
        for look in root.iterfind("{*}cellXfs/{*}xf"):
            identity, font = look.get("numFmtId") or "", look.get("fontId") or ""
            fill = look.get("fillId") or "0"
            on_nothing = not fills or (_indexes(fill, bare) and bare[int(fill)])
            white.append(on_nothing and _indexes(font, whites) and whites[int(font)])
            formats.append(codes.get(int(identity), "General") if identity.isdigit() else "General")
            struck.append(_indexes(font, fonts) and fonts[int(font)])
    return _Looks(formats, struck, white)


def _is_white(colour: etree._Element | None) -> bool:
    return (value(colour, "rgb") or "").upper() == "FFFFFFFF" or value(colour, "theme") == "0"


def _indexes(text: str, values: list[str] | list[bool]) -> bool:
    return text.isdigit() and int(text) < len(values)


def _stored(parts: Mapping[str, etree._Element]) -> str:
    return (parts["v"].text or "") if "v" in parts else ""


@lru_cache(maxsize=1024)
def _column(letters: str) -> int | None:
    """The number of a column, from 0; None for what names none."""
    if not 0 < len(letters) < 4 or not all("A" <= letter <= "Z" for letter in letters):
        return None
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _place(text: str) -> tuple[int, int] | None:
    """Row and column of a reference such as ``B7``, from 0."""
    match = _REFERENCE.fullmatch(text)
    column = _column(match[1]) if match else None
    return (int(match[2]) - 1, column) if match and column is not None else None


def _says(element: etree._Element | None, name: str) -> bool:
    """Whether an attribute is true."""
    return value(element, name) in {"1", "true", "on"}
