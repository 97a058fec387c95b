"""Amended articles that give all their wordings: what is found is what is in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.index.sparse import encode_query
from assistant.index.store import PassageStore, Query
from ingest.amendments import part_wordings
from ingest.job import IngestionJob

Write = Callable[[str, str | bytes], Path]
LAW = """# نظام الرسوم

## المادة الأولى

رسم الرخصة مئة ريال.

«رسم الرخصة مئتا ريال.

ويدفع كل سنة».

«رسم الرخصة ثلاثمئة ريال».

> **تعديلات المادة:**
> - تم تعديل هذه المادة بموجب المرسوم الملكي رقم (م/46) وتاريخ 5 / 6 / 1436 هـ؛ لتكون بالنص الآتي:
> - تم تعديل هذه المادة بموجب المرسوم الملكي رقم (م/44) وتاريخ 1446/2/8هـ، لتكون بالنص الآتي:

## المادة الثانية

رسم الطلب خمسون ريالًا.
"""


def found(store: PassageStore, day: int) -> list[str]:
    query = Query(None, encode_query("رسم الرخصة ريال"), 10, {}, in_force_on=day)
    return sorted(node.text for node, _ in store.search(query) if "الرخصة" in node.text)


def test_each_wording_is_found_on_the_days_that_it_was_in_force(
    job: IngestionJob, store: PassageStore, write: Write
) -> None:
    job.run([write("law.md", LAW)])
    assert found(store, 20100101) == ["رسم الرخصة مئة ريال."]
    assert found(store, 20150324) == ["رسم الرخصة مئة ريال."]
    assert found(store, 20150325) == ["«رسم الرخصة مئتا ريال.\nويدفع كل سنة»."]
    assert found(store, 20261122) == ["«رسم الرخصة ثلاثمئة ريال»."]
    places = {node.metadata["locator"] for node in store.select({})}
    assert places == {"المادة الأولى", "المادة الثانية"}
    assert {n.metadata["headings"][-1] for n in store.select({}) if "الرخصة" in n.text} == {
        *("نص سابق", "النص بعد التعديل"),
    }


@pytest.mark.parametrize(
    "changed",
    [
        LAW.replace("«رسم الرخصة ثلاثمئة ريال».\n\n", ""),  # a wording is missing
        LAW.replace("هذه المادة بموجب المرسوم الملكي رقم (م/44)", "الفقرة (1) من هذه المادة"),
        LAW.replace("وتاريخ 1446/2/8هـ", ""),
        LAW.replace("1446/2/8", "1430/2/8"),  # the decrees are not in order
    ],
)
def test_an_article_whose_wordings_do_not_match_its_decrees_stays_whole(changed: str) -> None:
    assert part_wordings(changed) == changed


def test_other_texts_are_not_touched() -> None:
    text = "# Rules\n\n«A quotation.»\n\n> A note.\n"
    assert part_wordings(text) == text
