"""The main text of a web page."""

from __future__ import annotations

from pathlib import Path

import trafilatura

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers.cleaning import clean
from ingest.readers.source import Limits, SourceText
from ingest.readers.text import decode


def read_html(path: Path, limits: Limits) -> SourceText:
    """A web page without its menus, headers and footers (trafilatura), as Markdown.

    Raises:
        UnreadableFileError: No main text was found.
    """
    html = decode(path)
    text = trafilatura.extract(
        html,
        output_format="markdown",
        include_links=False,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
    )
    if not text:
        raise UnreadableFileError(
            Fault.NO_TEXT,
            f"{path.name} has no main text.",
            "Check that the page was saved whole.",
        )
    metadata = trafilatura.extract_metadata(html)
    return SourceText(clean(text), "markdown", title=metadata.title if metadata else None)
