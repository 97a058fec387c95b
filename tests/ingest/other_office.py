"""A reader for worker processes, which import it quickly: another program for LibreOffice."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.readers import Limits, SourceText
from ingest.reading import read_twice


def read_with_another(path: Path, limits: Limits) -> SourceText:
    """As `read_twice`, with a program beside the file for LibreOffice."""
    os.environ["PATH"] = f"{path.parent}:{os.environ['PATH']}"
    return read_twice(path, limits)
