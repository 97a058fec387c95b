"""Quantities of Korean, Arabic and English text, and which of them no source states."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unicode_rbnf import RbnfEngine

from assistant.language import quantities_in, unsupported_quantities

THIRD = Decimal(1) / Decimal(3)
TWELFTH = Decimal(1) / Decimal(12)
TWO_THIRDS = Decimal(2) / Decimal(3)


# In words as written, without ordinals, years and the native Korean numerals above 99.
_SPELLED = {"spellout-cardinal", "spellout-cardinal-masculine", "spellout-cardinal-sinokorean"}


def stated(text: str) -> list[str]:
    """Quantities in short: "30", "5%", "2026-03-31", with "-" for parts that are left out."""
    return [
        f"{q.year or '-'}/{q.month or '-'}/{q.day or '-'}"
        if q.kind == "date"
        else f"{q.value:f}" + ("%" if q.kind == "percent" else "")
        for q in quantities_in(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("제3자에게 30일 이내에 통지한다", ["30"]),
        ("삼십 일 이내", ["30"]),
        ("삼십일 이내", ["30"]),
        ("서른 명, 스물다섯 살", ["30", "25"]),
        ("1억 2천만원", ["120000000"]),
        ("3백만 원 이하의 과태료", ["3000000"]),
        ("1천5백 명", ["1500"]),
        ("3조 2,000억원", ["3200000000000"]),
        ("일천만원 이하의 벌금", ["10000000"]),
        ("오백만원", ["5000000"]),
        ("5분의 1", ["0.2"]),
        ("재적위원 절반", ["0.5"]),
        ("100분의 5를 더한다", ["5%"]),
        ("한 차례만 연임한다", ["1"]),
        ("세 번 경고하고 두 명을 둔다", ["3", "2"]),
        ("열여덟 개", ["18"]),
        ("이틀 안에, 열흘 동안", ["2", "10"]),
        ("삼 년 또는 육개월", ["3", "6"]),
        ("5프로 인하, 오십 퍼센트", ["5%", "50%"]),
        ("제3조, 제15조의2제1항", ["3", "15", "2", "1"]),
        ("수업료의 반액, 반일 단위", ["0.5", "0.5"]),
        ("1년 반 동안, 한 시간 반", ["1.5", "1.5"]),
        ("1년 반복, 1일 반나절, 3년 반환", ["1", "1", "3"]),
        ("만19세 이상, 만14세 미만, 만19~24세", ["19", "14", "19", "24"]),
        ("만5천원, 만 19세", ["15000", "19"]),
        ("300~500만원, 3천~5천만원", ["3000000", "5000000", "30000000", "50000000"]),
    ],
)
def test_reads_korean_numbers(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "이상과 이하, 사업, 일반, 오류, 구분, 삼성",
        "만일 이사가 조사하면 사이가 영구히",
        "이만 줄입니다. 천만에요. 공공기관의 공사",
        "천장이 낮고 이 프로그램은 새롭다",
        "수 천명, 몇 십년",
        "시험에서 부정행위를 한 사람",
        "하나의 문서, 둘 다, 첫째와 두 번째",
        "최고 수준의 세대 교체와 네트워크",
        "재적위원 과반수의 찬성, 첫 학기, 매 학기 1회, 한 해에",
    ],
)
def test_finds_no_numbers_in_korean_words_that_look_like_them(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("خلال خمسة عشر يومًا", ["15"]),
        ("ثلاثين يومًا", ["30"]),
        ("ثَلَاثُونَ يَوْمًا", ["30"]),
        ("مائة وثمانين يوماً", ["180"]),
        ("خمسمائة ألف ريال", ["500000"]),
        ("ثلاث مئة", ["300"]),
        ("ألف وخمسمائة، ألفي ريال", ["1500", "2000"]),
        ("أحد عشر ألفًا", ["11000"]),
        ("(خمسة وعشرين) مليون ريال", ["25000000"]),
        ("5 ملايين و300 ألف", ["5300000"]),
        ("مليونين", ["2000000"]),
        ("نصف الأعضاء وربع المبلغ", ["0.5", "0.25"]),
        ("ثلاثة أرباع الأعضاء", ["0.75"]),
        ("يومان أو يومين أو شهرين", ["2", "2", "2"]),
        ("سنتين، أسبوعين، عامين، مرتين", ["2", "2", "2", "2"]),
        ("شهر واحد", ["1"]),
        ("المادة الخامسة والثلاثون بعد المائة", ["135"]),
        ("المادة الخامسة عشرة", ["15"]),
        ("٥٪ أو خمسة في المائة أو 10 بالمئة", ["5%", "5%", "10%"]),
        ("١٬٥٠٠ و ٣٫٥", ["1500", "3.5"]),
        ("(1٫000٫000) ريال", ["1000000"]),
        ("سنة ونصف، سنتين ونصف السنة، ثلاث سنوات ونصف", ["1.5", "2.5", "3.5"]),
        ("مليونين ونصف مليون، مليون ونصف المليون", ["2500000", "1500000"]),
        ("واحد ونصف في المائة", ["1.5%"]),
        ("مائة ريال ونصف الرسوم", ["100", "0.5"]),
        ("مرة واحدة عشرة أيام، إحدى عشرة سنة، واحد وعشرين يومًا", ["10", "11", "21"]),
        ("خمسة وعشرون في الألف", ["2.5%"]),
        ("٣,٧٥ من ٥، 2,5%، المواد ٣,٤,٥", ["3.75", "5", "2.5%", "3", "4", "5"]),
        ("فرصتين، إنذارين، شاهدان، مشروعين، نقطتا خصم", ["2", "2", "2", "2", "2"]),
        ("من ثلاثة إلى خمسة ملايين", ["3000000", "5000000"]),
        ("بين 60 و70 في المائة", ["60%", "70%"]),
    ],
)
def test_reads_arabic_numbers(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "أحد الطلاب أو إحدى الكليات",
        "لست أدري كمية المياه",
        "مئات الآلاف وملايين الناس",
        "تقرير نصف سنوي في الربع الأول",
        "الفصل الأول والثاني",
        "كل ربع سنة، نصف السنة",
        "في اليوم وسنويا، بأغلبية الأصوات، ضعف قيمة الكتاب",
        "الموظفين المؤقتين والمراقبين",
    ],
)
def test_finds_no_numbers_in_arabic_words_that_do_not_count(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twenty-five students", ["25"]),
        ("one hundred and eighty days", ["180"]),
        ("Two million five hundred thousand", ["2500000"]),
        ("half of them, twice a dozen", ["0.5", "2", "12"]),
        ("two and a half years, half a million, 3½", ["2.5", "500000", "3.5"]),
        ("1.2 billion, $3m, 5k, 5 thousand", ["1200000000", "3000000", "5000", "5000"]),
        ("50 per cent, five (5) percent, 5-10%", ["50%", "5%", "5%", "5%", "10%"]),
        ("within one year", ["1"]),
        ("twenty-first, fifteenth", ["21", "15"]),
        ("ratio 24/7 and 3/4", ["24", "7", "0.75"]),
        ("12,500 m² in 2026", ["12500", "2026"]),
        ("a year and a half, two years and a half", ["1.5", "2.5"]),
        ("double the unpaid amount", ["2"]),
        ("5 to 10 million won, 500 to 1 million", ["5000000", "10000000", "500", "1000000"]),
        (
            "between 1 and 5 million, between 60 and 70 per cent",
            ["1000000", "5000000", "60%", "70%"],
        ),
        (
            "9 per thousand, two thousandths, one twelfth of 24",
            ["0.9%", "0.002", f"{TWELFTH}", "24"],
        ),
        ("20 000 000 EUR or 150 200 250", ["20000000", "150", "200", "250"]),
        ("1 500 users", ["1500"]),
    ],
)
def test_reads_english_numbers(text: str, expected: list[str]) -> None:
    assert stated(text.replace("1 500", "1\u202f500")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "one of the applicants",
        "the first and the second half",
        "no one may",
        "the two universities",
        "daily, every semester, in any year, a simple majority, a double major",
    ],
)
def test_finds_no_quantities_in_english_words_that_are_grammar(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "third"),
    [
        ("3분의 2", TWO_THIRDS),
        ("삼분의 이 이상", TWO_THIRDS),
        ("بحضور ثلثي أعضائه", TWO_THIRDS),
        ("ثلثيها", TWO_THIRDS),
        ("two-thirds majority", TWO_THIRDS),
        ("ثلث المبلغ", THIRD),
        ("a third of the fee", THIRD),
    ],
)
def test_thirds_are_the_same_in_three_languages(text: str, third: Decimal) -> None:
    assert [q.value for q in quantities_in(text)] == [third]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31", "2026. 3. 31.", "2026/3/31", "31/3/2026", "31.03.2026", "2026년 3월 31일",
        "31 March 2026", "March 31, 2026", "31st of March 2026", "Mar. 31, 2026",
        "٣١ مارس ٢٠٢٦", "31 آذار/مارس 2026", "31 آذار 2026م", "٣١‏/٣‏/٢٠٢٦",
    ],
)  # fmt: skip
def test_reads_one_day_however_it_is_written(text: str) -> None:
    assert stated(text) == ["2026/3/31"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1446/3/12هـ", ["2024/9/15"]),
        ("١٢ ربيع الأول ١٤٤٦هـ", ["2024/9/15"]),
        ("بتاريخ 23/8/1426هـ", ["2005/9/27"]),
        ("عام 1446هـ", ["1446/-/-"]),
        ("March 2026, May 5", ["2026/3/-", "-/5/5"]),
        ("you may 5", ["5"]),
        ("كانون الثاني 2026", ["2026/1/-"]),
        ("2026학년도 3월", ["2026/3/-"]),
        ("3월 1일부터 5일까지", ["-/3/1", "-/3/5"]),
        ("2026. 3. 1. ~ 3. 31.", ["2026/3/1", "2026/3/31"]),
        ("1-5 March 2026", ["2026/3/1", "2026/3/5"]),
        ("from 1 March to 31 May 2026", ["2026/3/1", "2026/5/31"]),
        ("من 1 مارس وحتى 31 مايو 2026", ["2026/3/1", "2026/5/31"]),
        ("from 1 December to 28 February 2027", ["-/12/1", "2027/2/28"]),
        ("1 March; the year ends on 31 May 2026", ["-/3/1", "2026/5/31"]),
        ("3. 2.(월) ~ 3. 6.(금), 3. 2. 가", ["-/3/2", "-/3/6", "3", "2"]),
        ("2026-02-30", ["2026", "2", "30"]),
    ],
)
def test_reads_dates_of_both_calendars_and_parts_of_dates(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


def test_a_span_is_what_the_text_says() -> None:
    text = "خلال مَائَة وثمانين يومًا (180 days), 5 في المائة, 31 آذار 2026"
    spans = [text[q.span.start : q.span.end] for q in quantities_in(text)]
    assert spans == ["مَائَة وثمانين", "180", "5 في المائة", "31 آذار 2026"]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The budget is 1.2 billion won.", "예산은 12억원으로 한다."),
        ("예산은 12억 원입니다.", "The budget is 1.2 billion."),
        ("خلال مائة وثمانين يومًا", "within 180 days"),
        ("180일 이내", "خلال مائة وثمانين يومًا"),
        ("within thirty days", "삼십일 이내"),
        ("Two thirds must attend.", "3분의 2 이상의 출석"),
        ("5 percent", "100분의 5"),
        ("It began in 2026.", "2026년 3월 31일부터 시행한다."),
        ("2026년에 시행됩니다.", "as of 2026"),
        ("It takes effect on 15 September 2024.", "في ١٢ ربيع الأول ١٤٤٦هـ"),
        ("صدر عام 1446هـ", "15 September 2024"),
        ("3월에 접수합니다.", "Applications open in March."),
        ("on 3 December 2026", "12/3/2026"),
        ("한 차례 연임할 수 있다.", "may be renewed once"),
        ("1개월 이내", "within a month"),
        ("خلال شهرين", "두 달 안에"),
        ("One of the students may apply first.", "학생은 신청할 수 있다."),
        ("أحد الطلاب", "students"),
        ("제135조", "المادة الخامسة والثلاثون بعد المائة"),
        ("1일 8시간", "Daily working hours shall not exceed 8 hours."),
        ("1주 48시간", "Weekly working hours shall not exceed 48."),
        ("1일 8시간", "ثماني ساعات يومياً"),
        ("1일 8시간", "ثماني ساعات في اليوم"),
        ("매 학기 1회 보고합니다.", "A report is due every semester."),
        ("한 해에 7개월", "seven months in any year"),
        ("1년에 7개월", "seven months in any year"),
        ("1학기", "입학 후 첫 학기"),
        ("2026년 3월 1일부터 5월 31일까지", "from 1 March to 31 May 2026"),
        ("from 2 to 6 March", "3. 2.(월) ~ 3. 6.(금)"),
        ("more than half of its members", "재적위원 과반수"),
        ("بحضور أكثر من نصف أعضائه", "a majority of its members"),
        ("절반을 넘는 찬성", "بأغلبية الأصوات"),
        ("2배", "ضعف قيمة الكتاب"),
        ("خلال سنتين ونصف", "30개월"),
        ("18 months", "1년 반"),
        ("at least 8 but less than 12 per cent", "100분의 8 이상 100분의 12 미만"),
        ("사용자는 10퍼센트, 근로자는 6퍼센트", "the employer 10 and the employee 6 per cent"),
        ("0.4 %", "أربعة في الألف"),
        ("1천분의 4", "4 per thousand"),
        ("two rooms", "غرفتين"),
        ("500,000 riyals", "نصف مليون ريال"),
        ("250,000", "a quarter of a million riyals"),
        ("2,500,000", "two and a half million riyals"),
        ("300만 원", "3백~5백만 원"),
        ("2,500만 원에서 3,000만 원", "2천5백~3천만 원"),
        ("3월 15일", "원서 접수는 3/15(금)까지"),
        ("a third in 2024", "In 2024 1/3 of students"),
    ],
)
def test_a_quantity_is_supported_in_another_language(sentence: str, source: str) -> None:
    assert unsupported_quantities(sentence, ["nothing here", source]) == []


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("within 18 days", "within 180 days"),
        ("خلال ثمانين يومًا", "180일 이내"),
        ("5 percent", "5 students"),
        ("5 students", "100분의 5"),
        ("In March 2026", "2026년에 시행한다"),
        ("31 March 2026", "March 2026"),
        ("on 1 April 2026", "2026년 3월 31일"),
        ("16 September 2024", "١٢ ربيع الأول ١٤٤٦هـ"),
        ("12억 원", "1.2 million"),
        ("twenty-five", "20 or 5"),
        ("31 students", "2026-03-31"),
        ("within 1 day", "annual leave of 21 days"),
        ("1년 이내", "ثماني ساعات يومياً"),
        ("1개월 이내", "30 days a year"),
        ("1개월 이내", "في اليوم الثاني"),
        ("on 1 April 2026", "from 1 March to 31 May 2026"),
        ("on 1 December 2027", "from 1 December to 28 February 2027"),
        ("on 7 March", "3. 2.(월) ~ 3. 6.(금)"),
        ("half of the members", "by a majority of two thirds"),
        ("절반", "بأغلبية ثلثي الأعضاء"),
        ("3배", "ضعف قيمة الكتاب"),
        ("double the fee", "3배"),
        ("2 years", "1년 반"),
        ("4 million won", "300~500만원"),
        ("3 won", "300~500만원"),
        ("9 percent", "at least 8 but less than 12 per cent"),
        ("8 percent", "8 students but less than 12 per cent"),
        ("10,019", "만19세 이상"),
        ("11 days", "مرة واحدة عشرة أيام"),
        ("25 %", "خمسة وعشرون في الألف"),
        ("2 million euros", "20 000 000 EUR"),
        ("three warnings", "إنذارين"),
        # The unit of another number is no number.
        ("within 1 day", "خلال ثلاثين يوما"),
        ("The break lasts 1 hour", "half an hour"),
        ("The leave lasts 1 year", "نصف سنة"),
        ("within the first two weeks", "the first three weeks"),
        ("1,000,000 riyals", "نصف مليون ريال"),
        ("1 million", "a quarter of a million riyals"),
        ("300원", "3백~5백만 원"),
    ],
)
def test_a_quantity_that_no_source_states_is_reported(sentence: str, source: str) -> None:
    assert len(unsupported_quantities(sentence, [source])) == 1


def test_nothing_is_supported_without_sources() -> None:
    assert [q.value for q in unsupported_quantities("3 of 5", [])] == [3, 5]


@pytest.mark.parametrize("language", ["ar", "en", "ko"])
@settings(deadline=None, max_examples=150)
@given(number=st.integers(min_value=11, max_value=999_999_999))
@example(number=570_001)
def test_reads_what_unicode_spells_out(language: str, number: int) -> None:
    spelled = RbnfEngine.for_language(language).format_number(number)
    texts = {
        text
        for rules, text in spelled.text_by_ruleset.items()
        if rules
        in {"spellout-cardinal-masculine", "spellout-cardinal", "spellout-cardinal-sinokorean"}
    }
    assert texts
    for text in texts:
        written = f"{text}명" if language == "ko" else text
        assert number in [q.value for q in quantities_in(written)], written


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=200))
@example("제백만억조분의")
@example("100분의 0분의 5")
@example("½²①٫٫1,,1")
@example("\U000116d0")  # a digit that Python 3.11 does not know yet
def test_any_text_gives_spans_within_it(text: str) -> None:
    for quantity in quantities_in(text):
        start, end = quantity.span
        assert 0 <= start < end <= len(text)
        if quantity.kind != "date":
            assert quantity.year is quantity.month is quantity.day is None


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            "3 5 2026 . , / - % 년 월 일 천 만 억 조 분의 스물 두 번 명 خمسة وعشرين مائة ألف "
            "في المائة مارس هـ المادة الثالثة و March one hundred and half third million "
            "( ) ~ ½ ③".split()
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_any_mix_of_parts_is_supported_by_itself(parts: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(parts)
    assert unsupported_quantities(text, [text]) == []


@given(st.integers(min_value=0, max_value=10**30))
def test_digits_round_trip(number: int) -> None:
    arabic = str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for written in (str(number), f"{number:,}", arabic):
        assert [q.value for q in quantities_in(written)] == [number]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("It closes on 15 March 2026.", "2026년 3월 1일부터 3월 15일까지"),
        ("تنتهي في 15 مارس 2026.", "2026. 3. 1.(월) ~ 3. 15.(일)"),
        ("2026년 3월 15일에 마감됩니다.", "2026. 3. 1.부터 3. 15.까지"),
        ("2026년 3월 15일에 마감됩니다.", "2026년 3월 1일부터 같은 달 15일까지"),
        ("It begins on 1 Muharram 1448 AH.", "1 محرم 1448هـ"),
        ("12 Rabi al-Awwal 1446 AH", "بتاريخ 12/3/1446هـ"),
        ("15 شوال", "15 Shawwal"),
        ("1446년 라마단 15일", "15 رمضان 1446هـ"),
        ("8 hours a day", "하루 여덟시간"),
        ("الثامنة عشرة", "열여덟살 이상"),
    ],
)
def test_what_another_language_writes_in_its_own_way_is_the_same(text: str, sources: str) -> None:
    assert unsupported_quantities(text, [sources]) == []
    assert quantities_in(sources)


def test_a_range_into_another_year_is_not_dated_to_the_first() -> None:
    _, last = quantities_in("2025년 12월 1일부터 2월 28일까지")
    assert (last.year, last.month, last.day) == (None, 2, 28)
