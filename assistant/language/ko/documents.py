"""What Korean documents say about themselves."""

from __future__ import annotations

from typing import Final

from assistant.language.document_words import Documents

DOCUMENTS: Final = Documents(
    # Those of legalize-kr among them.
    keys={
        "title": ("제목",),
        "issuer": ("소관부처", "제정기관"),
        "version": ("공포번호",),
        "source_url": ("출처",),
        "effective_from": ("시행일자", "시행일"),
        "effective_until": ("폐지일자",),
        "status": ("상태",),
    },
    repealed_status=("폐지", "실효"),
    # "<개정 2020. 2. 4.>", "[본조신설 2013. 3. 23.]"
    amended=r"<\s?(?:개정|신설|전문개정|본조신설)\s|\[(?:전문개정|본조신설)",
    # "② 삭제 <2020. 2. 4.>"
    repealed=r"(?:^|\n|[①-⑳.)]\s?)\s*삭제\s*(?:<|$|\n)",
    titles="법 법률 기본법 시행령 규정 규칙 내용",
    in_force=("{} 시행", "{}까지 시행"),
    page="{}쪽",
)
