"""Books for tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

_CONTAINER = '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>'


def make_epub(path: Path, *chapters: str) -> Path:
    """Write a book whose chapters have these bodies, as XHTML."""
    names = [f"c{i}" for i in range(len(chapters))]
    items = "".join(f'<item id="{name}" href="{name}.xhtml"/>' for name in names)
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr(
            "O/b.opf",
            f"<package><metadata/><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, body in zip(names, chapters, strict=True):
            book.writestr(
                f"O/{name}.xhtml",
                '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>'
                f"<body>{body}</body></html>",
            )
    return path
