"""Whether a generator says that the sources do not answer the question."""

from __future__ import annotations

from assistant.language.lexicon import LEXICON


def abstains(sentence: str) -> bool:
    """Whether a sentence, without citation marks, says that the sources do not mention what was
    asked."""
    return any(
        words.abstention.silent.search(words.letters.fold(sentence)) for words in LEXICON.values()
    )
