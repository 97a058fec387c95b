"""How Arabic says that the sources do not tell."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import AbstentionWords

_SOURCE: Final = (
    r"(?<!\p{L})[وفبكل]?(?:ال|ل)?(?:مصادر|مصدر|وثايق|وثيقه|نص|نصوص|معلومات|مقتبس)"
    r"(?:ات|ه|ها|ين)?(?!\p{L})"
)

ABSTENTION: Final = AbstentionWords(
    silent=regex.compile(
        r"(?:^|\s)و?(?:لا|لم|ليس\S*)\s(?:\S+\s){0,2}"
        r"(?:[يت](?:ذكر|رد|حدد|تضمن|وضح|شير|شر|حتوي|تطرق|وجد|توفر|توافر))\S*"
        rf".{{0,60}}{_SOURCE}"
        rf"|{_SOURCE}\S*\s(?:لا|لم)\s[يت](?:ذكر|رد|حدد|تضمن|وضح|شير|شر|حتوي|تطرق)"
        r"|(?:^|\s)لم\s[يت](?:ذكر|رد|حدد)\S*(?:\s\S+){0,3}\W*$"
        r"|غير\s(?:مذكور|محدد|وارد|موضح|متوفر|متاح)\S*(?:\s\S+){0,3}"
        rf"\s\S*{_SOURCE}|غير\sمذكور"
    )
)
