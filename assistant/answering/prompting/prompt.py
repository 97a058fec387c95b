"""The prompts: instructions in the reader's language, then what changes with each question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import regex
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from llama_index.core.llms import ChatMessage

from assistant.language import Language
from assistant.retrieval.evidence import Evidence

#: Chat templates end a turn or begin one with these where they do so without angle brackets
#: (Mistral's and Llama 2's).
_TEMPLATE_TOKEN = regex.compile(r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_\w+)\])")
#: What is read by a model and seen by nobody: zero-width characters, bidirectional controls,
#: tags.
_INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cc}--\s]", regex.VERSION1)


def build_prompt(
    question: str, evidence: Sequence[Evidence], language: Language
) -> list[ChatMessage]:
    """The messages that ask for an answer.

    Args:
        question: The stand-alone question.
        evidence: What may be used.
        language: The language to answer in.
    """
    quotes = [{"title": fenced(e.passage.title), "quote": fenced(e.told)} for e in evidence]
    return render("answer", language, {"question": fenced(question), "evidence": quotes})


def render(
    name: Literal["answer", "translation"],
    language: Language,
    values: dict[str, object],
) -> list[ChatMessage]:
    """The messages of a prompt.

    The system message is the same for every question in a language and comes first, so that a
    server with a prompt cache reads it once.

    Args:
        name: Its folder in ``prompts``.
        language: The language that it is written in.
        values: What stands in it; texts of people and documents `fenced`.
    """
    template = _template(name, language)
    return [
        ChatMessage(role="system", content=_block(template, "system", values)),
        ChatMessage(role="user", content=_block(template, "user", values)),
    ]


def fenced(text: str) -> str:
    """One line of text that cannot end its quotation, begin another source or another turn of
    the chat, and has nothing in it that a reader would not see."""
    visible = _INVISIBLE.sub("", text).replace("<", "‹").replace(">", "›")
    return " ".join(_TEMPLATE_TOKEN.sub("(", visible).split())


def _block(template: Template, name: str, values: dict[str, object]) -> str:
    return "".join(template.blocks[name](template.new_context(values))).strip()


@lru_cache
def _template(name: str, language: Language) -> Template:
    # Prompts are plain text, not HTML: nothing is to be escaped in them.
    environment = Environment(
        loader=PackageLoader("prompts", name),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # nosec B701
    )
    return environment.get_template(f"{language}.jinja")
