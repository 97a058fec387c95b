"""What stands on Korean pages besides their text."""

from __future__ import annotations

from typing import Final

from assistant.language.document_words import Pages

PAGES: Final = Pages(
    before_number="쪽",
    after_number="쪽|페이지",
    of_pages="",
    contents=r"목\s*차|차\s*례",
    web_contents=r"목\s?차|차\s?례",
    after_article=(
        r"관련\s?기사|관련\s?글|댓글(?:\s?\d+)?|이\s?기사를?\s?공유.{0,10}|저작권자.{0,40}|인기\s?기사"
    ),
    controls=(
        r"본문\s?바로가기|메뉴|검색|로그인|회원가입|공유하기|인쇄|글자\s?크기.{0,20}|구독|광고"
    ),
    byline=(r"[가-힣]{2,4}\s?기자(?:\s\S{1,40})?|\p{Nd}{1,3}\s?(?:분|시간|일|주|개월|달|년)\s?전"),
)
