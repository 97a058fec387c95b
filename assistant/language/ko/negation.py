"""What denies in Korean."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Negation

NEGATION: Final = Negation(
    denial=(
        r"없[다는음을으습이어]|없이|아니[하한할되다]?|않[는은을다았아습으]|못[하한할]|금지"
        r"|안 ?[되된됩돼]|불가"
    ),
    # 하지 아니하면 아니 된다: a duty.
    twice=r"(?:아니하면|않으면|없으면) ?(?:아니|안) ?[되돼된]\p{Hangul}*",
    # 30일을 초과할 수 없다.
    bound=r"(?:초과|넘|미만)[^.,]{0,12}(?:없|못|아니|않|안)\p{Hangul}*",
    turns=(
        (r"수 없(다|습니다)", r"수 있\1"),
        (r"수 있(다|습니다)", r"수 없\1"),
        (r"(?:하여서는|해서는) (?:아니 ?|안 ?)(된다|됩니다)", r"할 수 있다"),
        (r"지 (?:아니한다|않는다)", "는다"),
        (r"(?:하여야|해야) (?:한다|합니다)", "하지 않아도 된다"),
        (r"([가-힣])한다(?=\W*$)", r"\1하지 아니한다"),
        (r"이다(?=\W*$)", "이 아니다"),
    ),
)
