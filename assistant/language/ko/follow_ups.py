"""What makes a Korean question depend on the one before it."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import FollowUpWords

# Morphemes, as lexical search has them.
_ASKING: Final = (
    "얼마 얼마나 언제 어디 무엇 뭐 누구 왜 어떻 어떻게 어떠 몇 무슨 어떤 어느 그럼 그러면 "
    "그렇 그러 있 되 하 이 가능 알 궁금 경우 그것 이것 그 거기 여기 알리 말하 말씀 설명 부탁 "
    "그리고 또 다시 것 거 수 그때 그런 이런 저것 "
    "해당 위 앞 및 대하 관하 정확히 혹시"
)

FOLLOW_UPS: Final = FollowUpWords(
    asking=frozenset(_ASKING.split()),
    # Not "유학생은 어떻게 되나요?", "유학생은 어떤가요?".
    asks_anew=regex.compile(
        r"누구|누가|어디|무엇|무슨|뭐|뭔(?!가)|어느|왜(?!곡)|어떤(?=\s)|어떻게(?! ?[되돼된될됩])"
    ),
    # Openings, demonstratives, and questions without a verb: "대학원생은요?"
    reference=regex.compile(
        r"^\W*(?:그럼|그러면|그렇다면|그런데|근데|그리고|그래서|그래도|그 외|그밖|또한?\s|하지만"
        r"|반대로|만약 그|만일 그|같은 ?경우)"
        r"|(?:^|\s)(?:그|이|해당)\s(?=\p{Hangul})"
        r"|(?:^|\s)(?:그것|그건|그게|그걸|이것|이건|이게|이걸|그때|거기|그곳|그분|그들|그중|이중에"
        r"|그런|이런|그렇게|이렇게|위의?\s|앞서|방금|아까)"
        # With a particle: "전자 문서" is an electronic one.
        r"|(?:^|\s)(?:전자|후자)(?:는|의|와|가|를|도|만)(?=\s|\W*$)|(?:^|\s)후자(?=\s|\W*$)"
        r"|\p{Hangul}(?:은|는|도|이|면)요\W*$"
    ),
)
