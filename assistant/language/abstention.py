"""Whether a generator says that the sources do not answer the question."""

from __future__ import annotations

import regex

from assistant.language.arabic import normalize_arabic

_SOURCE = r"(?:sources?|documents?|texts?|passages?|excerpts?|evidence|information|context)"
_ENGLISH = regex.compile(
    rf"\b{_SOURCE}\b.{{0,40}}\b(?:not|n't|no|never|cannot|lacks?)\b.{{0,30}}"
    r"\b(?:mention|specif|stat|provid|contain|indicat|say|address|answer|describ|giv|list|includ"
    r"|information)"
    r"|(?:\bnot|n't) (?:\w+ ){0,2}(?:mentioned|specified|stated|provided|given|listed|found"
    r"|indicated|described|available|addressed|contained|included)\b.{0,20}"
    rf"\b(?:in|by|from) (?:\w+ ){{0,4}}{_SOURCE}"
    r"|(?:\bnot|n't) (?:explicitly |directly )?(?:mentioned|specified|stated)\W*$"
    rf"|\bno (?:information|mention|details?|indication|answer)\b.{{0,60}}"
    rf"\b(?:{_SOURCE}|about|on|regarding|found|available)\b"
    r"|\bI (?:do not|don't|cannot|can't|could not) (?:know|find|answer|determine)\b",
    regex.IGNORECASE,
)
_KOREAN = regex.compile(
    r"(?:출처|자료|문서|본문|인용문|제공된|주어진).{0,40}"
    r"(?:언급|명시|기재|포함|나와|제시|설명|규정|나타나|찾을|확인할|알)\p{Hangul}* ?\p{Hangul}*"
    r" ?(?:않|없)"
    r"|(?:관련|해당|대한|관한)(?:된|하는)? ?(?:정보|내용|언급|규정|설명)\p{Hangul}{0,2}"
    r" ?(?:없|찾을 수 없|확인할 수 없|나와 있지)"
    r"|(?:언급|명시|기재)(?:되어 있지|돼 있지|되지|하지|하고 있지) ?않"
    r"|정보(?:가|는) ?(?:없|부족)"
    r"|(?:알|답변?할|확인할) 수 없습니다\W*$"
)
_ARABIC_SOURCE = r"(?:مصادر|مصدر|وثايق|وثائق|وثيقه|نص|نصوص|معلومات|مقتبس)"
_ARABIC = regex.compile(
    r"(?:^|\s)و?(?:لا|لم|ليس\S*)\s(?:\S+\s){0,2}"
    r"(?:[يت](?:ذكر|رد|حدد|تضمن|وضح|شير|شر|حتوي|تطرق|وجد|توفر|توافر))\S*"
    rf".{{0,60}}{_ARABIC_SOURCE}"
    rf"|{_ARABIC_SOURCE}\S*\s(?:لا|لم)\s[يت](?:ذكر|رد|حدد|تضمن|وضح|شير|شر|حتوي|تطرق)"
    r"|(?:^|\s)لم\s[يت](?:ذكر|رد|حدد)\S*(?:\s\S+){0,3}\W*$"
    r"|غير\s(?:مذكور|محدد|وارد|موضح|متوفر|متاح)\S*(?:\s\S+){0,3}"
    rf"\s\S*{_ARABIC_SOURCE}|غير\sمذكور"
)


def abstains(sentence: str) -> bool:
    """Whether a sentence, without citation marks, says that the sources do not mention what was
    asked."""
    return bool(
        _ENGLISH.search(sentence)
        or _KOREAN.search(sentence)
        or _ARABIC.search(normalize_arabic(sentence))
    )
