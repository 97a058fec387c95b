"""A conversation as Markdown (CommonMark), which reads well as plain text, too."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from assistant.api.schemas.chat_schemas import Conversation
from ui.export import LineKind, lines
from ui.texts import Texts

_READER = MarkdownIt("commonmark").enable(["strikethrough", "table"])
#: What Markdown or HTML may read as more than text.
_SPECIAL = re.compile(r"[!-/:-@\[-`{-~]")
_MARKS: dict[LineKind, str] = {"title": "# ", "question": "## ", "heading": "### ", "quote": "> "}


def as_markdown(conversation: Conversation, texts: Texts) -> bytes:
    """The questions and replies of a conversation with their evidence."""
    written = (
        _paragraph(_MARKS.get(line.kind, ""), " · ".join(part.text for part in line.parts))
        for line in lines(conversation, texts)
    )
    return "\n\n".join(written).encode() + b"\n"


def _paragraph(mark: str, text: str) -> str:
    """A line that Markdown reads as the text it is. Where it would read more into it, the signs
    stand as character references, and else as themselves: people read the file as it is, too."""
    inside = [token for token in _READER.parse(mark + text) if token.type == "inline"]
    read = [(child.type, child.content) for token in inside for child in token.children or []]
    if read != [("text", text)]:
        text = _SPECIAL.sub(lambda sign: f"&#{ord(sign[0])};", text)
    return mark + text
