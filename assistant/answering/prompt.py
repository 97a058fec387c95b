"""The prompt: instructions in the asker's language, the evidence, the question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from llama_index.core.llms import ChatMessage

from assistant.language import Language
from assistant.retrieval.evidence import Evidence


def build_prompt(
    question: str,
    evidence: Sequence[Evidence],
    language: Language,
    hints: Sequence[str] = (),
) -> list[ChatMessage]:
    """The messages that ask for an answer.

    The system message is the same for every question in a language and comes first, so that a
    server with a prompt cache reads it once.

    Args:
        question: The stand-alone question.
        evidence: What may be used, with the numbers that cite it.
        language: The language to answer in.
        hints: What was wrong with the answers given before, see `Check.hint`. They come last,
            so that a prompt cache serves all that is before them.
    """
    system, user, _ = _blocks(question, evidence, language, hints)
    return [
        ChatMessage(role="system", content=system),
        ChatMessage(role="user", content=user),
    ]


def build_verdict_prompt(
    question: str, evidence: Sequence[Evidence], language: Language
) -> list[ChatMessage]:
    """The messages that ask whether the evidence has an answer, yes or no.

    They begin as those of `build_prompt` do, so that a server with a prompt cache has read the
    evidence when it comes to answering.
    """
    system, user, verdict = _blocks(question, evidence, language, ())
    return [
        ChatMessage(role="system", content=system),
        ChatMessage(role="user", content=f"{user}\n\n{verdict}"),
    ]


def _blocks(
    question: str, evidence: Sequence[Evidence], language: Language, hints: Sequence[str]
) -> list[str]:
    """The parts of the prompt: system, user, verdict."""
    items = [
        {
            "number": item.number,
            "title": _fenced(item.passage.title),
            "quote": _fenced(item.quote),
        }
        for item in evidence
    ]
    values: dict[str, object] = {"question": _fenced(question), "evidence": items, "hints": hints}
    template = _template(language)
    return [_block(template, name, values) for name in ("system", "user", "verdict")]


def _fenced(text: str) -> str:
    """One line of text that cannot end its quotation or begin another source."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())


def _block(template: Template, name: str, values: dict[str, object]) -> str:
    return "".join(template.blocks[name](template.new_context(values))).strip()


@lru_cache
def _template(language: Language) -> Template:
    # Prompts are plain text, not HTML: nothing is to be escaped in them.
    environment = Environment(
        loader=PackageLoader("prompts", "answer"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # nosec B701
    )
    return environment.get_template(f"{language}.jinja")
