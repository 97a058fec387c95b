"""How Korean says that the sources do not tell."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import AbstentionWords

_SOURCE: Final = r"(?:출처|자료|문서|본문|인용문|제공된|주어진)"
# Not where a rule goes on: "명시되지 않은 사항은 총장이 정한다", "포함되지 않도록 한다".
_NOT: Final = (
    r"(?:않|없)(?!도록|아야|어야|아도|어도|으면|는?다면|거나|고 (?!있|알|답|확인)"
    r"|[는을] (?:한|때|경우|수)"
    r"|[은는] (?!(?:내용|정보|사항|것)(?:입|이|으로)|것 같))"
)

ABSTENTION: Final = AbstentionWords(
    silent=regex.compile(
        rf"{_SOURCE}.{{0,40}}"
        r"(?:언급|명시|기재(?!하)|포함(?!할)|나와|제시|설명|규정|나타나|찾을|확인[할되]|알)"
        rf"\p{{Hangul}}{{0,8}} ?\p{{Hangul}}{{0,8}} ?{_NOT}"
        rf"|{_SOURCE}.{{0,40}}(?:내용|정보)[은는이가]? ?{_NOT}"
        r"|(?:관련|해당|대한|관한)(?:된|하는)? ?(?:정보|내용|언급|규정|설명)\p{Hangul}{0,2}"
        rf" ?(?:찾을 수 |확인할 수 |나와 있지 )?{_NOT}"
        rf"|(?:(?:언급|명시|기재)(?:되어 있지|돼 있지|되지|하고 있지)|(?:언급|명시)하지) ?{_NOT}"
        rf"|정보(?:가|는) ?(?:{_NOT}|부족)"
        # With the sources, or of what is asked: "얼마인지 확인할 수 없습니다".
        rf"|(?:{_SOURCE}.*|지[는를]? ?)확인할 수 없습니다\W*$"
        r"|(?:알|답변?할) 수 없습니다\W*$"
    )
)
