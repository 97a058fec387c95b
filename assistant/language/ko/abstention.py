"""How Korean says that the sources do not tell."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import AbstentionWords

ABSTENTION: Final = AbstentionWords(
    silent=regex.compile(
        r"(?:출처|자료|문서|본문|인용문|제공된|주어진).{0,40}"
        r"(?:언급|명시|기재|포함|나와|제시|설명|규정|나타나|찾을|확인할|알)\p{Hangul}* ?\p{Hangul}*"
        r" ?(?:않|없)"
        r"|(?:관련|해당|대한|관한)(?:된|하는)? ?(?:정보|내용|언급|규정|설명)\p{Hangul}{0,2}"
        r" ?(?:없|찾을 수 없|확인할 수 없|나와 있지)"
        r"|(?:언급|명시|기재)(?:되어 있지|돼 있지|되지|하지|하고 있지) ?않"
        r"|정보(?:가|는) ?(?:없|부족)"
        r"|(?:알|답변?할|확인할) 수 없습니다\W*$"
    )
)
