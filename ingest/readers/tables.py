"""Spreadsheets and CSV: a row is a sentence that says what its cells are."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import regex

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.binary_sheets import binary_sheets
from ingest.readers.cleaning import clean
from ingest.readers.findings import Findings
from ingest.readers.ods import open_sheets
from ingest.readers.packages import opened
from ingest.readers.sheets import Sheet, parted, tables
from ingest.readers.source import EMPTY, Limits, SourceText
from ingest.readers.text import decode
from ingest.readers.xlsx import Workbook

#: Commas come last: they also stand in numbers.
_DELIMITERS = ";\t|,"
#: What Excel reads as a statement of what stands between cells.
_STATED_DELIMITER = regex.compile(r"sep=([,;\t|])\r?\n", regex.IGNORECASE)
#: Characters of a CSV file that tell what stands between its cells.
_SAMPLE = 50_000


def read_workbook(path: Path, limits: Limits) -> SourceText:
    """A workbook (XLSX, XLS or ODS): a section for each sheet that is shown.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    findings = Findings()
    blocks: list[str] = []
    left_out: list[str] = []
    for sheet in _sheets(path, limits, findings):
        lines = [line for table in tables(sheet, findings) for line in _lines(table)]
        lines += [markup.escaped(text) for text in sheet.texts]
        if lines := [line for line in lines if line.strip()]:
            blocks += [markup.heading(sheet.name, 2), *lines]
        left_out += sheet.left_out
    return SourceText(
        clean("\n\n".join(blocks)),
        "markdown",
        remarks=findings.remarks(),
        left_out=[*left_out, *findings.left_out],
    )


def _sheets(path: Path, limits: Limits, findings: Findings) -> Iterator[Sheet]:
    if path.suffix.lower() == ".xls":
        yield from binary_sheets(path, findings)
        return
    with opened(path, limits) as archive:
        if "xl/workbook.xml" in archive.namelist():
            yield from Workbook(archive, path.name, findings).sheets()
        elif "content.xml" in archive.namelist():
            yield from open_sheets(archive, path.name, findings)
        else:
            yield from binary_sheets(path, findings)


def read_csv(path: Path, limits: Limits) -> SourceText:
    """Comma-, semicolon- or tab-separated values.

    Raises:
        UnreadableFileError: The encoding cannot be told, or a field is longer than any should be.
    """
    text = decode(path)
    stated = _STATED_DELIMITER.match(text)
    body = text[stated.end() :] if stated else text
    try:
        values = _values(body, stated[1] if stated else _delimiter(body))
    except csv.Error as error:
        raise UnreadableFileError(
            Fault.DAMAGED, f"{path.name} is no table: {error}", "Save it again as CSV."
        ) from error
    lines = [line for table in parted(values) for line in _lines(table)]
    left_out = [stated[0]] if stated else []
    return SourceText(clean("\n\n".join(lines)), "markdown", left_out=left_out)


def _values(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _delimiter(text: str) -> str:
    """What stands between cells: what gives most rows with one and the same number of cells, of
    those with several."""
    sample = text[:_SAMPLE]

    def fit(delimiter: str) -> tuple[int, int, int]:
        rows = [row for row in _values(sample, delimiter) if len(row) > 1]
        quotes = sum('"' in cell for row in rows for cell in row)
        widths = Counter(map(len, rows))
        return max(((n, -quotes, width) for width, n in widths.items()), default=(0, 0, 0))

    return max(_DELIMITERS, key=fit)


def _lines(table: Sequence[Sequence[str]]) -> list[str]:
    """A small table as a table; a longer one as one line a row, each naming its columns.

    A long table is cut into passages, and a row that is found alone must still say what its
    numbers are.
    """
    filled = [list(row) for row in table if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        return [markup.escaped(" ".join(filter(None, row))) for row in filled]
    header, *body = filled
    named = sum(1 for cell in header if cell.strip())
    widest = max(sum(1 for c in row if c.strip()) for row in body)
    if named < 2 or named < widest or (named == 2 and _is_form(header, body)):
        return [markup.table(filled)]
    empty = [
        f"{' '.join(name.split())}: {EMPTY}"
        for i, name in enumerate(header)
        if name.strip() and not any(i < len(row) and row[i].strip() for row in body)
    ]
    lines = [list(_named(header, row)) for row in body] + ([empty] if empty else [])
    return [f"- {markup.escaped('; '.join(line))}" for line in lines]


def _is_form(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether rows of two cells are names and what each stands for, the first among them: its
    second cell is no name, or most of what stands below it has no number."""
    last = max(i for i, cell in enumerate(header) if cell.strip())
    below = [row[last] for row in body if last < len(row) and row[last].strip()]
    numbers = sum(any(c.isdigit() for c in cell) for cell in below)
    return any(c.isdigit() for c in header[last]) or 2 * numbers <= len(below)


def _named(header: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    for i, cell in enumerate(row):
        name = " ".join(header[i].split()) if i < len(header) else ""
        if value := " ".join(cell.split()):
            yield f"{name}: {value}" if name else value
