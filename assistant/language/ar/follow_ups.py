"""What makes an Arabic question depend on the one before it."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.ar.letters import normalize_arabic
from assistant.language.words import FollowUpWords

# Stems, as lexical search has them.
_ASKING: Final = (
    "ماذا كم متي اين كيف لماذا هل من ما مذا بالنسب نسب عن اذا اذن ايضا كذلك هذا هذه ذلك تلك "
    "ماذ لماذ يمك عل متا ومت "
    "يمكن تمكن هناك يوجد توجد فماذا وماذا وكم ومتي واين وكيف وهل وما ومن اما"
)
_TIME: Final = r"(?:ال)?(?:عام|سن[ةه]|شهر|اسبوع|يوم|ليل[ةه]|ساع[ةه]|فصل|فتر[ةه]|وقت|موسم)"
# "This year"; "the same semester"; "is there …".
_NO_REFERENCE: Final = regex.compile(
    rf"هذا (?:العام|الشهر|الاسبوع|الفصل)|هذه (?:السن[ةه]|الايام)|(?<=هل\s)هناك"
    rf"|(?<!\p{{L}}){_TIME}(?: الدراسي[ةه]?| الاكاديمي[ةه]?| المالي[ةه]?)? نفسها?(?!\p{{L}})"
)
# "What is (it) the …": the pronoun belongs to the question word.
_COPULA: Final = regex.compile(r"(?<!\p{L})([وف]?(?:ما|من|هل|كم))\s(?:هو|هي|هم)(?!\p{L})")


def _fold(text: str) -> str:
    """Folded, but for ة: at the end of a word ه is a pronoun, and ة is none."""
    return "ة".join(map(normalize_arabic, text.split("ة")))


FOLLOW_UPS: Final = FollowUpWords(
    fold=_fold,
    asking=frozenset(_ASKING.split()),
    # Not "ماذا عن…", "كيف الحال في…", "ما الحكم بالنسبة إلى…".
    asks_anew=regex.compile(
        r"(?:^|[؟?.!:،,])\W*[وف]?(?:(?:في|من|الي|علي|عن) )?[بل]?"
        r"(?:ما(?:هو|هي)?|ماذا|كيف|لماذا|اين|اي[ةه]?)(?!\p{L})"
        r"(?! (?:عن|لو|لم|دام\p{L}*|دمت|اذا|بشان|بخصوص"
        r"|(?:هو |هي )?(?:ال)?(?:حال|حكم|امر|وضع))(?!\p{L}))"
    ),
    reference=regex.compile(
        r"(?<!\p{L})(?:[وفبلك]|عن|من)?(?:هذا|هذه|ذلك|تلك|هولاء|اولئك|المذكور\p{L}*)(?!\p{L})"
        r"|(?<!\p{L})(?:[وفبك]|لل)?(?:ال)?(?:سوال|جواب|اجاب[ةه]|بند|فقر[ةه]|حال[ةه])"
        r" السابق[ةه]?(?!\p{L})"
        r"|(?<!\p{L})(?:هو|هي|هم|هما|هناك|نفسه|نفسها|كذلك|ايضا)(?!\p{L})"
    ),
    no_reference=((_NO_REFERENCE, " "), (_COPULA, r"\1")),
    opening=regex.compile(
        r"^\W*(?:[وف]?ماذا (?:عن|لو)|[وف]?بالنسب[ةه]|اذن|[وف]اذا|[وف]?اما\s|[وف]ان\s|[وف]لو\s"
        r"|ولماذا|لماذا\W*$|وغير)"
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
