"""Office files made by hand: of XML that programs of this field write, and few libraries do."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
_STYLES = (
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/>'
    '<w:basedOn w:val="Heading1"/></w:style>'
    '<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/>'
    "<w:rPr><w:strike/></w:rPr></w:style>"
)


def docx(path: Path, body: str, **parts: str) -> Path:
    """A Word document.

    Args:
        path: Where it goes.
        body: What is in its body.
        parts: What is in its other parts: ``footnotes``, ``numbering``, ``comments``, …; ``chart``
            and ``diagramData`` may be referred to by these names as ids.
    """
    parts = {"styles": _STYLES} | parts
    targets = {name: f"{name}.xml" for name in parts}
    files = {"word/document.xml": _root("document", f"<w:body>{body}</w:body>")}
    for name, content in parts.items():
        element = {"header": "hdr", "footer": "ftr"}.get(name, name)
        files[f"word/{name}.xml"] = _root(element, content)
    files["word/_rels/document.xml.rels"] = relations(targets)
    return package(path, files)


def relations(targets: Mapping[str, str]) -> str:
    """A part with relations, whose kinds are their ids."""
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_NAMES["r"]}/{name}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="p">{listed}</Relationships>'


def package(path: Path, files: Mapping[str, str]) -> Path:
    """A ZIP file of some texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _root(name: str, content: str) -> str:
    return f"<w:{name} {_DECLARED}>{content}</w:{name}>"


def p(*runs: str, style: str = "", numbered: tuple[int, int] | None = None, mark: str = "") -> str:
    """A paragraph; ``numbered`` is (list, level), ``mark`` the properties of its mark."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        number, level = numbered
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    properties += f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    about = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{about}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tc(*blocks: str, properties: str = "") -> str:
    """A cell of a table; a plain text is a paragraph."""
    inner = "".join(b if b.startswith("<w:") else p(r(b)) for b in blocks)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tbl(*rows: str) -> str:
    """A table."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def tr(*cells: str, properties: str = "") -> str:
    """A row; a plain text is a cell."""
    inner = "".join(c if c.startswith("<w:") else tc(c) for c in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def level(depth: int, text: str, style: str = "decimal", more: str = "") -> str:
    """A level of a list in the part ``numbering``."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(levels: str, *lists: str) -> str:
    """The part ``numbering``: one definition, and what each list changes of it."""
    numbers = "".join(
        f'<w:num w:numId="{i}"><w:abstractNumId w:val="7"/>{changes}</w:num>'
        for i, changes in enumerate(lists, start=1)
    )
    return f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>{numbers}'


def hwpx(path: Path, paragraphs: str, header: str = "") -> Path:
    """A HWPX document with one section."""
    names = 'xmlns:hp="paragraph" xmlns:hh="head" xmlns:hs="section"'
    about = '<hp:p><hp:run><hp:secPr outlineShapeIDRef="1"/></hp:run></hp:p>'
    return package(
        path,
        {
            "mimetype": "application/hwp+zip",
            "Contents/content.hpf": "<package><metadata><title>학칙</title></metadata><manifest>"
            '<item id="h" href="Contents/header.xml"/><item id="s" href="Contents/section0.xml"/>'
            '</manifest><spine><itemref idref="h"/><itemref idref="s"/></spine></package>',
            "Contents/header.xml": f"<hh:head {names}>{header}</hh:head>",
            "Contents/section0.xml": f"<hs:sec {names}>{about}{paragraphs}</hs:sec>",
        },
    )


def hp(*runs: str, properties: int = 0) -> str:
    """A paragraph of HWPX; what does not begin with a run is the content of one."""
    inner = "".join(r if r.startswith("<hp:run") else f"<hp:run>{r}</hp:run>" for r in runs)
    return f'<hp:p paraPrIDRef="{properties}">{inner}</hp:p>'


def ht(text: str) -> str:
    """A text of HWPX, in which marks may stand."""
    return f"<hp:t>{text}</hp:t>"


def htbl(*rows: tuple[str | tuple[str, int, int], ...], header: int = 0) -> str:
    """A table of HWPX: texts, or (text, rows, columns) where a cell spans some."""

    def cell(content: str | tuple[str, int, int], marked: bool) -> str:
        text, down, across = content if isinstance(content, tuple) else (content, 1, 1)
        inner = text if text.startswith("<hp:p") else hp(ht(text))
        return (
            f'<hp:tc header="{int(marked)}"><hp:subList>{inner}</hp:subList>'
            f'<hp:cellSpan rowSpan="{down}" colSpan="{across}"/></hp:tc>'
        )

    listed = (
        f"<hp:tr>{''.join(cell(c, i < header) for c in row)}</hp:tr>" for i, row in enumerate(rows)
    )
    return f"<hp:tbl>{''.join(listed)}</hp:tbl>"
