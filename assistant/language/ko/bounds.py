"""Bounds of numbers in Korean, which stand behind them mostly."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Bounds

BOUNDS: Final = Bounds(
    before={"least": "최소|적어도", "most": "최대|최장|최고"},
    after={
        "least": "이상",
        "most": "이하|이내|까지|안에",
        "over": "초과|넘",
        "under": "미만",
    },
    # "30일을 초과할 수 없다": not more than.
    not_over=r"(?:초과|넘)[^\p{Nd}.,]{0,12}?(?:없|못|아니|않|안)",
    # "4.3점 만점에 3.0점"
    scale_after=r"점?\s?만점",
    limits="제한|한도|상한|하한|최소|최대|수수료|비용|요금|기한",
)
