"""Whether a question can be understood without the conversation before it."""

from __future__ import annotations

from typing import Final, Literal

import regex

from assistant.language import Language, analyze, normalize_arabic

Dependence = Literal["none", "possible", "certain"]

#: With so few words of its own a question names no subject.
_NO_SUBJECT = 1
#: With more words of its own than these a question without any reference stands alone.
_SHORT = 3

# What asks, and what is the same in every question.
_ASKING: Final[dict[Language, frozenset[str]]] = {
    "ko": frozenset(
        "얼마 얼마나 언제 어디 무엇 뭐 누구 왜 어떻 어떻게 어떠 몇 무슨 어떤 어느 그럼 그러면 "
        "그렇 그러 있 되 하 이 가능 알 궁금 경우 그것 이것 그 거기 여기 알리 말하 말씀 설명 부탁 "
        "그리고 또 다시 것 거 수 그때 그런 이런 저것 "
        "해당 위 앞 및 대하 관하 정확히 혹시".split()
    ),
    "ar": frozenset(
        "ماذا كم متي اين كيف لماذا هل من ما مذا بالنسب نسب عن اذا اذن ايضا كذلك هذا هذه ذلك تلك "
        "ماذ لماذ يمك عل متا ومت "
        "يمكن تمكن هناك يوجد توجد فماذا وماذا وكم ومتي واين وكيف وهل وما ومن اما".split()
    ),
    "en": frozenset(
        "what about how much mani long often when where who whi which also then too so but else "
        "them him her his hers your me my us our same such one ones tell pleas ok okay well just "
        "get got have has had need mean more exact".split()
    ),
}

_KOREAN_REFERENCE = regex.compile(
    r"^\W*(?:그럼|그러면|그렇다면|그런데|근데|그리고|그래서|그래도|그 외|그밖|또한?\s|하지만|반대로"
    r"|만약 그|만일 그)"
    r"|(?:^|\s)(?:그|이|저|해당)\s(?=\p{Hangul})"
    r"|(?:^|\s)(?:그것|그건|그게|그걸|이것|이건|이게|이걸|그때|거기|그곳|그분|그들|그 ?중|이 ?중"
    r"|그런|이런|그렇게|이렇게|위의?\s|앞서|방금|아까|전자|후자|같은 ?경우)"
    r"|\p{Hangul}(?:은|는|도|이|면)요\W*$"
)
_ENGLISH_OPENING = regex.compile(
    r"^\W*(?:and|but|so|or|also|then|what about|how about|what if|why not|in that case|otherwise"
    r"|the same|same for|if so|if not|anything else|what else)\b",
    regex.IGNORECASE,
)
# "Is it allowed to…", "How long does it take to…", "students that…", "this year".
_ENGLISH_NO_REFERENCE = regex.compile(
    r"\bit (?:(?:be )?\w+ (?:\w+ )?(?:to|that|for|if|when)\b|takes?\b|costs?\b)"
    r"|\b(?:this|these|that|those) (?:year|month|week|semester|term|summer|winter)\b"
    r"|\bthose (?:who|with|whose|in|of|that)\b"
    r"|\b(?:is|are|was|were) there\b",
    regex.IGNORECASE,
)
_ENGLISH_REFERENCE = regex.compile(
    r"\b(?:this|these|those)\b"
    r"|\b(?:is|was|does|do|did|for|of|about|after|before|in|at|with|by|than|to|like|from|under|on"
    r"|and|if) that\b"
    r"|\bthat\W*$|\bthere\W*$|\b(?:the )?(?:former|latter)\b|\bthe other (?:one|s)\b"
    r"|\bwhich one|\bin (?:such|the same) |\bas well\W*$|\binstead\W*$",
    regex.IGNORECASE,
)
_ENGLISH_PRONOUN = regex.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|his|her)\b", regex.IGNORECASE
)
_ENGLISH_ELLIPSIS = regex.compile(
    r"^\W*(?:for|in|with|without|from|under|to|of|after|before|on|at|by|only|even|not)\b(?!.*\b"
    r"(?:is|are|was|were|do|does|did|can|could|may|must|shall|should|will|would|has|have)\b)",
    regex.IGNORECASE,
)
# On normalised letters: without vowel signs, hamza and the two forms of final ya and ta.
_ARABIC_OPENING = regex.compile(
    r"^\W*(?:[وف]?ماذا (?:عن|لو)|[وف]?بالنسبه|اذن|[وف]اذا|[وف]?اما\s|[وف]ان\s|[وف]لو\s|ولماذا"
    r"|لماذا\W*$|وغير)"
)
_ARABIC_AND = regex.compile(r"^\W*[وف](?:هل|ما|من|كم|متي|اين|كيف|اي|في|ل\p{L}|ال)")
_ARABIC_COPULA = regex.compile(r"(?<!\p{L})([وف]?(?:ما|من|هل|كم))\s(?:هو|هي|هم)(?!\p{L})")
_ARABIC_NO_REFERENCE = regex.compile(
    r"هذا (?:العام|الشهر|الاسبوع|الفصل)|هذه (?:السنه|الايام)|(?<=هل\s)هناك"
)
_ARABIC_REFERENCE = regex.compile(
    r"(?<!\p{L})(?:[وفبلك]|عن|من)?(?:هذا|هذه|ذلك|تلك|هولاء|اولئك|المذكور\p{L}*|السابق\p{L}*)"
    r"(?!\p{L})"
    r"|(?<!\p{L})(?:هو|هي|هم|هما|هناك|نفسه|نفسها|كذلك|ايضا)(?!\p{L})"
)
_ARABIC_SUFFIX = regex.compile(
    r"(?<!\p{L})\p{L}{2,}(?:ها|هم|هما|هن)(?!\p{L})|(?<!\p{L})(?:له|لها|لهم|به|بها|فيه|عنه|منه|عليه|اليه"
    r"|\p{L}{2,}ته)(?!\p{L})"
)


def dependence(question: str, language: Language) -> Dependence:
    """Whether a question refers to what was said before.

    Args:
        question: As it was typed.
        language: The language that it is in.

    Returns:
        ``certain`` where it points back (pronouns, demonstratives, "and for…?") or names no
        subject; ``possible`` where it is short and may or may not mean what was spoken of;
        ``none`` where it stands alone.
    """
    words = content_words(question, language)
    if len(words) <= _NO_SUBJECT or _refers(question, language, len(words)):
        return "certain"
    return "possible" if len(words) <= _SHORT else "none"


def content_words(text: str, language: Language) -> list[str]:
    """The lexical terms of a text that say what it is about, without those that only ask."""
    asking = _ASKING[language]
    return [term for term in analyze(text) if not term.startswith("~") and term not in asking]


def _refers(question: str, language: Language, words: int) -> bool:
    if language == "ko":
        return bool(_KOREAN_REFERENCE.search(question))
    if language == "en":
        plain = _ENGLISH_NO_REFERENCE.sub(" ", question)
        return bool(
            _ENGLISH_OPENING.search(question)
            or _ENGLISH_REFERENCE.search(plain)
            or _points_back(_ENGLISH_PRONOUN, plain, language)
            or (words <= _SHORT and _ENGLISH_ELLIPSIS.search(question))
        )
    normal = _ARABIC_NO_REFERENCE.sub(" ", normalize_arabic(question))
    normal = _ARABIC_COPULA.sub(r"\1", normal)
    return bool(
        _ARABIC_OPENING.search(normal)
        or (words <= _SHORT and _ARABIC_AND.search(normal))
        or _ARABIC_REFERENCE.search(normal)
        or _points_back(_ARABIC_SUFFIX, normal, language)
    )


def _points_back(pronoun: regex.Pattern[str], text: str, language: Language) -> bool:
    """Whether there is a pronoun that nothing before it in the question can be meant by."""
    found = pronoun.search(text)
    return found is not None and len(content_words(text[: found.start()], language)) < 2
