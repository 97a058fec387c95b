"""Bounds of numbers in Korean, which stand behind them mostly."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Bounds

# What bounds a noun of its own does not bound the number: "3명은 기한 내에".
_ITS = r"(?<!더\s?)(?<![은는이가을를고며]\s(?:\p{Hangul}+\s)?\p{Hangul}*)"
_TIME = r"(?:영업|근무)?(?:일|주일?|개월|달|년|시간)"
_OVER = "(?:초과|넘기?)"
# Parts of a month and times of day are no amounts.
_UNTIL = r"(?<!(?:전|말|말일|째|차|시)\s?)까지"
_NOT_OVER = (
    rf"{_OVER}(?:하|되)?지[는도]?\s?(?:못|아니|않|말)|{_OVER}(?:할|될|을)?\s?수[는가]?\s?없"
    rf"|{_OVER}(?:하여서|해서|하면|되어서|어서|으면|면)[는]?\s?(?:안|아니)\s?[되된됩돼]"
    rf"|{_OVER}\s?(?:금지|불가)|넘길\s?수[는가]?\s?없|넘겨서는?\s?(?:안|아니)\s?[되된됩돼]"
    # "18학점 초과 신청은 허용되지 않는다"
    r"|초과\s?(?!자|시\s)(?:\p{Hangul}{1,6}\s)?(?:금지|불가|안\s?[되된됩돼]|허용(?:되|하)지|수\s?없)"
    # "15학점을 초과하여 신청할 수 없다"
    r"|(?:초과(?:하여|해)|넘[어게겨])서?[^.,은는면]{0,16}?(?:수\s?없|못[하한])"
    r"|보다\s?(?:많|길|크|클|높)\p{Hangul}*\s?(?:수\s?없|(?:안|아니)\s?[되된됩돼])"
)

BOUNDS: Final = Bounds(
    before={},
    directly={
        # "최대 수강 학점은 18학점"
        "least": r"최소한?|최저|적어도|(?:최소|최저)(?:\s\p{Hangul}+){1,3}[은는]|하한액?[은는]",
        "most": r"최대한?|최장|최고|최[대장](?:\s\p{Hangul}+){1,3}[은는]|(?:한도|상한)액?[은는]",
    },
    between=(
        r"만|총|약|각각?|단|한|연|연간|매[년월주일회]|[연월주일]|하루|통산|합산|합계|누적|전체의?|평균"
        r"|\p{Hangul}+(?:당|에|의)"
    ),
    after={
        "least": (
            rf"{_ITS}이상"
            r"|미만(?:으로|이)?\s?(?:[할일될]\s?수\s?없|\p{Hangul}{1,3}서는\s?(?:안|아니))"
            r"|미만이?면\s?(?:안|아니)\s?[되된됩돼]"
            r"|보다\s?(?:적|짧|작|낮)\p{Hangul}*\s?(?:수\s?없|(?:안|아니)\s?[되된됩돼])"
        ),
        "most": (
            rf"{_NOT_OVER}|{_ITS}(?:이하|이내|{_UNTIL}|(?<=[\s일월년간주분])(?:안에|내에|내로|내(?=\s))"
            r"|범위\s?(?:안|내|이내)?에서)|한도\s?(?:로|내|에서)|상한으로"
            r"|(?<=[회번례명부개])에\s?한(?:하여|해)|(?<=[회번례명개간점년월일원])(?:으로|로)\s?제한"
        ),
        "over": r"초과|넘[는은을어으었긴길게기]|보다\s?(?:많|길|긴|크|큰|클|높|늦)",
        "under": r"미만|미달|미치지\s?못|못\s?미치|보다\s?(?:적|짧|작|낮|어린)",
    },
    around=(
        # A day of the month.
        (r"(?:다음\s?|이번\s?)?달|매월|매달|익월|당월", r"일\s?까지", None),
        # Counted back from a day, it is a time before it that is at least so long.
        ("", rf"{_TIME}\s?이?전(?:\([^()]*\))?\s?까지", "least"),
        ("전", rf"{_TIME}\s?까지", "least"),
    ),
    # "4.3점 만점에 3.0점"
    scale_after=r"점?\s?만점",
    limits="제한|한도|상한|하한|최소|최대|수수료|비용|요금|기한",
)
