"""The prompts of an embedder: what it reads before a query, and before a passage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prompts:
    """An embedder's prompts, which never mix: a query is compared with passages.

    Attributes:
        query: Before a query.
        document: Before a passage; its ``title: none``, where it has one, is the title's place.
    """

    query: str = ""
    document: str = ""

    def query_input(self, query: str) -> str:
        """What the model reads for a query; half a surrogate pair, which is no text, becomes ?."""
        return self.query + query.encode("utf-8", "replace").decode()

    def passage_prefix(self, title: str) -> str:
        """What the model reads before the text of a passage."""
        # EmbeddingGemma's document prompt has a place for the title; others get it as a line.
        if "title: none" in self.document:
            return self.document.replace("title: none", f"title: {title or 'none'}")
        return f"{self.document}{title}\n" if title else self.document

    def passage_input(self, title: str, text: str) -> str:
        """What the model reads for a passage: its prompt, the title, the text."""
        return self.passage_prefix(title) + text
