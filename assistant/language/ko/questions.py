"""Question words and endings of Korean."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Questions

QUESTIONS: Final = Questions(
    how_many="몇",
    contents=(
        r"내용|전문|조문|조항|본문|무엇|무슨|어떤|뭐라고|뭐|뭔|설명|요약|인용|알려|보여|말해|적혀|써"
        r"|규정(?:하고|되어|돼)|정하고|대해서?|대하여|관해서?|있|되어|나와"
        r"|(?:해|하여|줘|주세요|주십시오|줄래|한|하는|인가요|인지|예요|이에요|입니까|인가|이야|나요|까요)"
        r"|[은는이가을를의에서요좀도와과및]|지"
    ),
    amount="몇|며칠|얼마",
    duration=r"얼마 ?동안|얼마나 (?:오래|걸)|며칠|기간|언제까지",
    price=(
        r"얼마(?! ?동안|나 (?:오래|걸))|금액|수수료|등록금|장학금|체재비|벌금|과태료|비용|요금|급여"
        r"|보수"
    ),
    share=r"퍼센트|프로(?!그램|젝트|세스|필)|비율|비중|백분율|%",
    day=r"언제|며칠날|몇 ?[월년]|날짜|일자|기한|시한|시행일",
    asks=r"(?:나요|까요|가요|니까|는가|은가)\W*$",
)
