"""What makes an Arabic question depend on the one before it."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import FollowUpWords

# Stems, as lexical search has them.
_ASKING: Final = (
    "ماذا كم متي اين كيف لماذا هل من ما مذا بالنسب نسب عن اذا اذن ايضا كذلك هذا هذه ذلك تلك "
    "ماذ لماذ يمك عل متا ومت "
    "يمكن تمكن هناك يوجد توجد فماذا وماذا وكم ومتي واين وكيف وهل وما ومن اما"
)
# "This year"; "is there …".
_NO_REFERENCE: Final = regex.compile(
    r"هذا (?:العام|الشهر|الاسبوع|الفصل)|هذه (?:السنه|الايام)|(?<=هل\s)هناك"
)
# "What is (it) the …": the pronoun belongs to the question word.
_COPULA: Final = regex.compile(r"(?<!\p{L})([وف]?(?:ما|من|هل|كم))\s(?:هو|هي|هم)(?!\p{L})")

FOLLOW_UPS: Final = FollowUpWords(
    asking=frozenset(_ASKING.split()),
    reference=regex.compile(
        r"(?<!\p{L})(?:[وفبلك]|عن|من)?(?:هذا|هذه|ذلك|تلك|هولاء|اولئك|المذكور\p{L}*|السابق\p{L}*)"
        r"(?!\p{L})"
        r"|(?<!\p{L})(?:هو|هي|هم|هما|هناك|نفسه|نفسها|كذلك|ايضا)(?!\p{L})"
    ),
    no_reference=((_NO_REFERENCE, " "), (_COPULA, r"\1")),
    opening=regex.compile(
        r"^\W*(?:[وف]?ماذا (?:عن|لو)|[وف]?بالنسبه|اذن|[وف]اذا|[وف]?اما\s|[وف]ان\s|[وف]لو\s|ولماذا"
        r"|لماذا\W*$|وغير)"
    ),
    # "And" is joined to the word that asks.
    short_opening=regex.compile(r"^\W*[وف](?:هل|ما|من|كم|متي|اين|كيف|اي|في|ل\p{L}|ال)"),
    openings_in_rest=True,
    # Pronouns are joined to the words that they belong to.
    pronoun=regex.compile(
        r"(?<!\p{L})\p{L}{2,}(?:ها|هم|هما|هن)(?!\p{L})"
        r"|(?<!\p{L})(?:له|لها|لهم|به|بها|فيه|عنه|منه|عليه|اليه|\p{L}{2,}ته)(?!\p{L})"
    ),
)
