"""How English is written."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Letters

LETTERS: Final = Letters(
    fold=str,
    sentence="This finds out which language it is",
    # Case matters: "No." is one, "no." is not.
    abbreviations=(
        r"Approx|approx|Tel|tel|Art|Arts|Sec|Secs|Ch|Para|Paras|Cl|Reg|Regs|No|Nos|Vol|pp?|cf|vs|etc|al|ed|eds|Fig"
        r"|Mr|Mrs|Ms|Dr|Prof|Inc|Ltd|Co|Corp|St|Jr|Sr|U\.S|U\.K|e\.g|i\.e|[A-Z]"
    ),
    stops=frozenset(
        "a an the and or of to in on for by with at from as is are was were be been it its this "
        "that these those which who whom what when where why how do does did can could shall will "
        "would should may might must not no if than then there their they he she we you i".split()
    ),
)
