"""How Arabic says that the sources do not tell."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import AbstentionWords

_SOURCE: Final = (
    r"(?<!\p{L})[وفبكل]?(?:ال|ل)?(?:مصادر|مصدر|وثايق|وثيقه|نص|نصوص|معلومات|مقتبس)"
    r"(?:ات|ه|ها|ين)?(?!\p{L})"
)

# Not in a condition: "ما لم يرد نص", "فإن لم يرد".
_NOT_IF: Final = r"(?<!(?<!\p{L})[وفل]?(?:ان|اذا|ما|من|الذي|التي|الذين))(?:^|\s)"

ABSTENTION: Final = AbstentionWords(
    silent=regex.compile(
        # What they do not do; "لا يجوز أن يتضمن" is a rule.
        rf"{_NOT_IF}و?(?:لا|لم|ليس\S*)\s(?![يت](?:جوز|حق|جب|مكن)\s)(?:\S+\s){{0,2}}"
        r"(?:[يت](?:ذكر|رد|حدد|تضمن|وضح|شير|شر|حتوي|تطرق|وجد|توفر|توافر|تم ذكر))\S*"
        rf".{{0,60}}{_SOURCE}"
        rf"|{_SOURCE}\S*\s(?:ال(?:مقدم|متاح|مرفق|مذكور)\S*\s)?(?:لا|لم)"
        r"\s[يت](?:ذكر|رد|حدد|تضمن|وضح|شير|شر|حتوي|تطرق)"
        rf"|{_NOT_IF}لم\s[يت](?:ذكر|رد|حدد)\S*(?:\s\S+){{0,3}}\W*$"
        r"|غير\s(?:مذكور|محدد|وارد|موضح|متوفر|متاح)\S*(?:\s\S+){0,3}"
        rf"\s\S*{_SOURCE}|غير\sمذكور"
    )
)
