"""What stands on English pages besides their text."""

from __future__ import annotations

from typing import Final

from assistant.language.document_words import Pages

PAGES: Final = Pages(
    before_number=r"page|p\.",
    of_pages="of",
    contents="table of contents|contents",
    web_contents="table of contents|contents",
    after_article=(
        r"read (?:also|more|next)|related (?:posts?|articles?|news|stories)"
        r"|leave a (?:reply|comment)|you (?:may|might) also like|more (?:from|stories)"
        r"|share this(?: article| post)?|post navigation"
        r"|sign up for .{0,40}newsletter|subscribe to .{0,40}|about the author|comments? \(\d+\)"
    ),
    controls=(
        r"skip to (?:main )?content|shopping cart|spread the love|share|tweet|print|menu|search"
        r"|log ?in|sign ?in|sign ?up|subscribe|home|latest|trending|advertisement|follow us.{0,30}"
        r"|cookie settings"
    ),
    badges="views?|min read|reads?|comments?|shares?",
    byline=(
        r"by\s\p{Lu}[\p{L}.'’-]*(?:\s\p{L}[\p{L}.'’-]*){0,4}"
        r"|\p{Nd}{1,3}\s\p{L}+\s(?:ago|siden)"
    ),
)
