"""Number words of Korean, and what must stand beside them, in the form that `fold` gives."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.numbers import NUMBER

DIGITS: Final = {c: n for n, c in enumerate("일이삼사오육칠팔구", start=1)}
UNITS: Final = {"십": 10, "백": 100, "천": 1000}
SCALES: Final = {"만": 10**4, "억": 10**8, "조": 10**12}
_SINO: Final = "일이삼사오육칠팔구"
MONEY: Final = "원|달러|유로|엔|위안|리얄"
# 조 is an article of a law unless an amount goes on behind it.
_TRILLION: Final = rf"조(?=\s?(?:{MONEY}|[\d,]+[십백천]?\d*[억만]|[{_SINO}십백천]+[억만]))"
_ITEM: Final = rf"(?:{NUMBER}|[{_SINO}])?(?:[십백천만억]|{_TRILLION})"
_GAP: Final = r"(?:(?<=[만억조])\s)?"
RUN = regex.compile(
    rf"{_ITEM}(?:{_GAP}{_ITEM})*(?:(?<=[만억조])\s\d{{3,4}}(?![\d년])|\d[\d,]*(?!\d)"
    rf"|(?<=[만억조])\s[{_SINO}](?=\s?(?:{MONEY}|명|개|건))|[{_SINO}])?"
)
PIECE = regex.compile(rf"(?:(?P<n>{NUMBER})|(?P<d>[{_SINO}]))?(?P<u>[십백천만억조])?")

_PARTICLES: Final = (
    r"(?:이내|이상|이하|미만|초과|까지|부터|동안|간|의|을|를|은|는|이|가|에서|에게|에|으로|로|씩|마다|당|전|후|"
    r"짜리|정|과|와|도|인|및|이다|입니다|이며|이고|이나|이라|보다|중|내|여|만)"
)
_END: Final = rf"{_PARTICLES}{{0,3}}(?!\p{{Hangul}})"
_START: Final = r"(?<![\p{L}\p{N}])"
_COUNTER: Final = (
    rf"(?:{MONEY}|명|인|개월|개소|개국|개년|개|주일|주간|주년|주|년간|년|일간|일|시간|분|초|회|차례|차|번|권|부|"
    r"건|점|학점|학기|학년|세|살|배|조|항|호|장|절|편|곳|가지|종|매|쪽|페이지|%)"
)
COUNTED = regex.compile(rf"\s?{_COUNTER}{_END}")
FREE = regex.compile(_END)
# With two or more units, or two or more tens, a numeral is no other word.
LONG = regex.compile(
    rf"[{_SINO}]?[천백십][{_SINO}]?[백십].*|[{_SINO}][천백십]+[{_SINO}]?[만억].*|[{_SINO[1:]}]십[{_SINO}]?"
)
SINGLE = regex.compile(
    rf"{_START}([{_SINO}])(?:(?:개월|년|주일|\s(?:개월|년|일|회|주|시간|명|학기)){_END}"
    rf"|(?=\s?%))"
)
DAYS = regex.compile(rf"{_START}(하루|이틀|사흘|나흘|닷새|열흘|보름){_END}")
DAY_COUNTS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "열흘": 10, "보름": 15}
PER = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])((?:{NUMBER})[십백천만]*|[{_SINO}십백천만]+)\s?분의\s?"
    rf"((?:{NUMBER})[십백천만]*|[{_SINO}십백천만]+)"
)
HALF = regex.compile(rf"{_START}(?:절반|반액|반일(?=\s|제|[을의로,·]|$))")
MAJORITY = regex.compile(r"과반")

TENS: Final = {
    "열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80,
    "아흔": 90,
}  # fmt: skip
ONES: Final = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_ONE_OF: Final = "|".join(ONES)
NATIVE = regex.compile(
    rf"{_START}(?:(?P<ten>{'|'.join(TENS)})(?P<one>{_ONE_OF})?|(?P<one>{_ONE_OF})|(?P<score>스무))"
)
# Words that are nothing but numbers stand alone; the others need a counter.
CLEAR: Final = frozenset(
    "다섯 여섯 일곱 여덟 아홉 스물 서른 마흔 예순 일흔 여든 아흔 셋 넷".split()
)
#: "A year and a half": what is counted stands between.
AND_HALF = regex.compile(
    rf"(?:{_START}(?P<one>{_ONE_OF})\s|(?<![\d.,])(?P<n>{NUMBER}))"
    rf"(?=\s?(?:년|해|개월|달|주|일|시간|배|학기)\s?반{_END})"
)
_NATIVE_COUNTER: Final = (
    r"명|사람|분|번|차례|달|개월|가지|개|학기|과목|시간|시|살|해|주|곳|군데|건|점|대|장|편|권|부|통|쪽|줄|배|"
    r"단계|종류|회|마리|벌|자리|곱절|주일|나라"
)
SPACED_COUNTER = regex.compile(rf"\s(?:{_NATIVE_COUNTER}){_END}")
# 한 before other nouns is "who did": 위반을 한 사람.
ONE_COUNTER = regex.compile(
    rf"\s(?:명|번|차례|달|개월|가지|개|학기|과목|시간|살|주|권|부|장|배|회){_END}"
)
JOINED_COUNTER = regex.compile(
    rf"(?:명|번|달|가지|차례|학기|사람|배|개|개월|시간|살|과목|주일|군데|단계|종류){_END}"
)
# 한번 is "once, some time", 한편 "meanwhile", 세배 a bow at New Year.
NO_COUNT: Final = frozenset({"한번", "한편", "한분", "한대", "한장", "한배", "세배", "한개"})
#: An age (만 19세), which is no number with 만.
AGE = regex.compile(r"만(?=\d+\s?(?:세|살|년|개월|[-~–∼〜]))")
FIRST = regex.compile(rf"{_START}첫(?=\s?\p{{Hangul}})")
ORDINAL = regex.compile(r"\s?(?:번째|째)")
BOUNDED = regex.compile(r"\s?(?:이상|이하|미만|초과|까지)")
#: A third party, the first author; a one that says of what there is each.
FORMAL: Final = regex.compile(
    r"제\s?(?P<n>\d{1,2})(?=\s?(?:자(?!격|료|리)|저자))"
    r"|(?<!\d)(?P<n>1)(?=\s?(?:명|인|회|건|일|개월|년|주|과목|학기|시간|학점)\s?(?:당|마다|씩))"
    r"|(?<!\p{L})(?:매?[월년주]|연|매일|하루|매?\s?(?:학기|학년도?|분기|반기))\s?(?P<n>1)(?=\s?회)"
)
