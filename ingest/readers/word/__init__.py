"""Word documents (ECMA-376), as their readers see them: numbers that Word counts, notes, text
boxes and content controls; without what is struck out, hidden or deleted.

`document.py` goes through the blocks; each other file knows one thing about them.
"""

from __future__ import annotations

from ingest.readers.word.docx import read_docx

__all__ = ["read_docx"]
