"""How many tokens a text takes, estimated without a tokenizer."""

from __future__ import annotations

from collections.abc import Sequence

import regex

# Characters for one token, by script, measured with EmbeddingGemma's and Qwen2.5's tokenizers
# on statutes: the lower of the two, so that the estimate rather errs to too many.
_CHARS_PER_TOKEN: Sequence[tuple[regex.Pattern[str], float]] = (
    (regex.compile(r"\p{Script=Hangul}"), 1.4),
    (regex.compile(r"\p{Script=Arabic}"), 2.4),
    (regex.compile(r"\p{Script=Han}"), 1.0),
)
_OTHER_CHARS_PER_TOKEN = 4.0


def estimate_tokens(text: str) -> int:
    """Tokens that ``text`` takes in the models used here, at least 1."""
    tokens = 0.0
    rest = len(text)
    for script, chars in _CHARS_PER_TOKEN:
        count = len(script.findall(text))
        tokens += count / chars
        rest -= count
    return max(1, round(tokens + rest / _OTHER_CHARS_PER_TOKEN))
