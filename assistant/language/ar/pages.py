"""What stands on Arabic pages besides their text."""

from __future__ import annotations

from typing import Final

from assistant.language.document_words import Pages

PAGES: Final = Pages(
    before_number="صفحة|الصفحة",
    of_pages="من",
    contents="(?:جدول |قائمة )?المحتويات|الفهرس|فهرس",
    web_contents="(?:جدول )?المحتويات",
    after_article=(
        "اقرأ (?:أيضا|أيضًا|أيضاً|المزيد)|مواضيع (?:ذات صلة|مشابهة)|مقالات (?:ذات صلة|مشابهة)"
        "|اترك (?:تعليقا|تعليقًا|تعليقاً|ردا|رد).{0,20}|شارك (?:المقال|هذا).{0,20}"
    ),
    controls=(
        r"تخط(?:ى|ي)?\s?(?:إلى|الى) المحتوى|القائمة|بحث|تسجيل الدخول"
        r"|مشاركة|طباعة|إعلان|اشترك.{0,20}"
    ),
    byline=r"بقلم\s?:?\s.{2,40}|منذ\s.{2,30}",
)
