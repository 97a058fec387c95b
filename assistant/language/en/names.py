"""Words in and before names in English, which alone writes other words with capitals, too."""

from __future__ import annotations

from typing import Final

#: What joins the words of a name.
JOINERS: Final = "of the|for the|of|for"
#: What begins a sentence, has its capital from that, and is no part of a name.
OPENERS: Final = (
    "A|After|All|An|And|Any|As|At|Before|Both|But|By|Each|Every|For|From|Her|His|If|In|Its|No|Of"
    "|On|Our|Since|That|The|Their|These|This|Those|To|Under|When|Where|While|With"
)
