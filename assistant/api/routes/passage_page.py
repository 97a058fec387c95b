"""A passage as a page for a browser: what a citation's link opens."""

from __future__ import annotations

from datetime import date
from html import escape

from babel.dates import format_date

from assistant.api.schemas.chat_schemas import PassageView
from assistant.codes import LOCALES
from assistant.language import DIRECTIONS
from assistant.language.lexicon import LEXICON

_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ font: 1.05rem/1.8 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto;
  padding: 0 1rem; color: #1a1a1a; background: #fff }}
h1 {{ font-size: 1.25rem; line-height: 1.5; margin: 0 }}
p.place {{ color: #555; margin: 0.25rem 0 1.5rem }}
div.text {{ white-space: pre-wrap; overflow-wrap: anywhere }}
mark {{ background: #ffe9a8; color: inherit; padding: 0.1em 0 }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #eee; background: #161616 }}
  p.place {{ color: #aaa }}
  mark {{ background: #5c4a00 }}
}}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="place"><bdi>{place}</bdi></p>
<div class="text">{text}</div>
</body>
</html>
"""


def render(view: PassageView) -> str:
    """The page, in the passage's own language and direction, with the quote marked."""
    words = LEXICON[view.language].documents
    page = words.page.format(view.page) if view.page else ""
    place = [view.locator, page, view.source, *_in_force(view)]
    return _PAGE.format(
        language=view.language,
        direction=DIRECTIONS[view.language],
        title=escape(view.title),
        place=escape(" · ".join(part for part in place if part)),
        text=_marked(view),
    )


def _in_force(view: PassageView) -> list[str]:
    texts = LEXICON[view.language].documents.in_force
    days = zip(texts, (view.effective_from, view.effective_until), strict=True)
    return [
        text.format(
            format_date(date.fromisoformat(str(day)), "long", locale=LOCALES[view.language])
        )
        for text, day in days
        if day
    ]


def _marked(view: PassageView) -> str:
    if view.quote is None:
        return escape(view.text)
    before, after = view.text[: view.quote.start], view.text[view.quote.end :]
    return f"{escape(before)}<mark>{escape(view.quote.text)}</mark>{escape(after)}"
