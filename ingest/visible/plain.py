"""Plain text and CSV: they show what they hold."""

from __future__ import annotations

from pathlib import Path

from ingest.readers.source import Limits
from ingest.readers.text import decode


def plain(path: Path, limits: Limits) -> list[str]:
    """The text itself."""
    return [decode(path)]
