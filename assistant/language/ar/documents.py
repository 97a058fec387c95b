"""What Arabic documents say about themselves."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.document_words import Documents, Wordings

# Saudi laws on nezams.com: see `ingest.amendments`.
WORDINGS: Final = Wordings(
    note=regex.compile(r"^>\s*\*\*\s*تعديلات المادة\s*:?\s*\*\*.*(?:\n>.*)*", regex.MULTILINE),
    replaced=regex.compile(r"(?:تعديل|عدلت|تعدل).*(?:بالنص|النص)\s+(?:الآتي|الاتي|الآتى|التالي)"),
    part=regex.compile(r"(?:فقر[ةه]|فقرتين|فقرات|بند|بنود|عبار[ةه]|كلم[ةه])"),
    date=regex.compile(r"تاريخ\s*(.{6,30})"),
    earlier="نص سابق",
    current="النص بعد التعديل",
)

DOCUMENTS: Final = Documents(
    keys={
        "title": ("العنوان",),
        "issuer": ("الجهة",),
        "version": ("الإصدار",),
        "effective_from": ("تاريخ_النفاذ",),
        "status": ("الحالة",),
    },
    repealed_status=("غير ساري", "ملغى", "ملغي"),
    amended="(?:معدلة|مُ?عد[ّ]?لت|عُدلت)",
    repealed="(?:ملغاة|أُ?لغيت)",
    titles="نظام قانون لائحة",
    in_force=("يسري من {}", "ينتهي العمل به في {}"),
    page="الصفحة {}",
)
