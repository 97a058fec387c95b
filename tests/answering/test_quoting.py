"""What a reader is told of a quote: which of its words answer, and what it states."""

from __future__ import annotations

from typing import get_args

import pytest
from shelf import passage

from assistant.answering.quoting.highlight import highlight, lacks_what_is_asked
from assistant.answering.quoting.notes import notes_on
from assistant.answering.wording.facts import facts_of
from assistant.answering.wording.phrases import phrases
from assistant.codes import LANGUAGES, Language
from assistant.language import Span, unsupported_quantities
from assistant.language.words import Bound, Currency, Unit
from assistant.retrieval.evidence import Evidence

STIPEND = "박사과정 학생에게는 월 1,200,000원을 최대 3년 6개월까지 지급한다."
BREACH = "يجب الإبلاغ خلال ٧٢ ساعةً من العلم بالحادث وفق المادة 33."
FINE = "يعاقب بالسجن مدة لا تزيد على سنة وبغرامة لا تزيد على خمسمائة ألف ريال سعودي."
LEAVE = "휴학 신청은 3월 31일까지 하여야 한다."
RANGES = ["5–10일", "500–1,000리얄", "5–10%", "SAR"]
SIGNED = "The memorandum was signed on 4 March 2024 in Seoul."


def evidence(text: str, before: str = "", language: Language = "en") -> Evidence:
    whole = passage(1, before + text, language)
    core = Span(len(before), len(before + text))
    return Evidence(1, whole, Span(0, core.end), core, core, 0.5, 0.5)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("박사과정 장학금은 얼마인가요?", STIPEND, ["1,200,000원"]),
        ("How long is the stipend paid?", STIPEND, ["3년", "6개월"]),
        ("How many hours do I have?", "In 72 hours, or in 5 days abroad.", ["72 hours"]),
        ("How many hours do I have?", "In 3 days.", ["3 days"]),
        ("كم شهرًا تُصرف المنحة؟", STIPEND, ["3년", "6개월"]),
        ("كم ساعة لدي للإبلاغ؟", BREACH, ["٧٢ ساعةً"]),
        ("몇 시간 안에 알려야 하나요?", BREACH, ["٧٢ ساعةً"]),
        ("كم تبلغ الغرامة؟", FINE, ["خمسمائة ألف ريال سعودي"]),
        ("How high is the fine?", FINE, ["خمسمائة ألف ريال سعودي"]),
        ("언제 서명했나요?", SIGNED, ["4 March 2024"]),
        ("متى وُقّعت المذكرة؟", SIGNED, ["4 March 2024"]),
        ("When was it signed?", SIGNED, ["4 March 2024"]),
        ("What is the minimum GPA?", "A GPA of 3.0 out of 4.3 is needed.", ["3.0"]),
        ("What is the fee?", "It costs SAR 500 a term.", ["SAR 500"]),
        ("How many days?", "Within 30 days, at most twice a year.", ["30 days"]),
        (
            "كم يومًا للعدول؟",
            "1- للمستهلك فسخ العقد خلال الأيام السبعة التالية لتسلمه.",
            ["الأيام السبعة"],
        ),
        ("ما الحد الأقصى للسجن؟", "السجن مدة لا تزيد على خمس سنوات", ["خمس سنوات"]),
        ("How many accelerators?", "(1) Up to 64 accelerators for 90 days.", ["64"]),
        ("몇 명인가요?", "③ 재심위원회는 5명의 위원으로 구성한다.", ["5"]),
        ("كم عضوًا فيها؟", "٣- تتألف اللجنة من ٥ أعضاء.", ["٥"]),
        ("What percentage is it?", "At most 5 days late costs 20 percent.", ["20 percent"]),
        ("ما نسبة الأعضاء؟", "위원의 3분의 2는 외부 전문가로 한다.", ["3분의 2"]),
        ("몇 퍼센트인가요?", "5일까지 20퍼센트를 뺀다.", ["20퍼센트"]),
        ("ما نسبة الخصم؟", "يُخصم ٢٠٪ عن كل ٥ أيام.", ["٢٠٪"]),
        ("언제까지 신청해야 하나요?", LEAVE, ["3월 31일"]),
        ("수강신청 기간은 언제인가요?", LEAVE, ["3월 31일"]),
        ("ما هي فترة التسجيل؟", LEAVE, ["3월 31일"]),
        ("How long is it paid?", f"{LEAVE} {STIPEND}", ["3년", "6개월"]),
        (
            "How many annual leave days are employees entitled to?",
            "Under Article 12, employees are entitled to 30 days of annual leave.",
            ["30 days"],
        ),
        ("كم عدد أيام الإجازة السنوية؟", "وفقًا للمادة 5 يستحق 30 يومًا", ["30 يومًا"]),
        ("위원회는 몇 명인가요?", "제5조제2항에 따라 위원회는 7명으로 한다.", ["7"]),
        ("3학점 과목은 몇 시간 수업하나요?", "3학점 과목은 주당 3시간 수업한다.", ["3시간"]),
        ("How much is the fine?", "The fine is SAR 500–1,000.", ["SAR 500", "1,000"]),
        (
            "How much is the fine?",
            "It is between 500 and 1,000 riyals within 5 to 10 days.",
            ["500", "1,000 riyals"],
        ),
        ("كم الغرامة؟", "الغرامة بين 500 و1000 ريال.", ["500", "1000 ريال"]),
        ("How many days?", "It takes 5 to 10 days.", ["5", "10 days"]),
        ("How many days?", "It takes 5 members and 10 days.", ["10 days"]),
        ("كم مدة العقد؟", "مدة العقد سنة واحدة.", ["سنة واحدة"]),
    ],
)
def test_what_is_asked_for_is_highlighted(question: str, text: str, expected: list[str]) -> None:
    item = evidence(text, before="Before it. ")
    assert [item.quote[start:end] for start, end in highlight(question, item)] == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who signed it?", SIGNED),
        ("어떤 기관이 서명했나요?", SIGNED),
        ("How many people signed?", SIGNED.replace("4 March 2024", "a sunny day")),
        ("몇 월에 열리나요?", "Calls open twice a year."),
        ("수수료가 얼마인가요?", "① 비용은 청구인이 부담한다. ② 비용을 감면할 수 있다."),
        # Its number is the question's own.
        ("What happens after 72 hours?", "After 72 hours the account is closed."),
    ],
)
def test_where_no_amount_answers_the_sentence_is_highlighted(question: str, text: str) -> None:
    item = evidence(text, before="Before it. ")
    assert [item.quote[start:end] for start, end in highlight(question, item)] == [text]


@pytest.mark.parametrize(
    ("text", "source", "facts"),
    [
        (
            STIPEND,
            "ko",
            {
                "en": ["1,200,000 won", "at most 3 years and 6 months"],
                "ar": ["1,200,000 وون", "3 سنوات و6 أشهر على الأكثر"],
            },
        ),
        (
            BREACH,
            "ar",
            {"ko": ["최대 72시간", "제33조"], "en": ["at most 72 hours", "Article 33"]},
        ),
        (
            "Members respond within 30 days, at least twice, and pay 5.5% to KAUST by June 2026.",
            "en",
            {
                "ko": ["최대 30일", "2회 이상", "5.5%", "2026년 6월", "KAUST"],
                "ar": ["30 يومًا على الأكثر", "مرتان على الأقل", "5.5%", "يونيو 2026", "KAUST"],
            },
        ),
        ("위원의 3분의 2는 외부 전문가로 한다.", "ko", {"ar": ["2/3"], "en": ["2/3"]}),
        ("من 5 إلى 10 أيام", "ar", {"ko": ["5–10일"], "en": ["5–10 days"]}),
        ("between 5 and 10 days, SAR 500–1,000, 5-10 %", "en", {"ko": RANGES}),
        ("بين 500 و1000 ريال و5 أعضاء", "ar", {"en": ["500–1,000 riyals"]}),
        ("30 days to 6 months", "en", {"ko": ["30일", "6개월"]}),
        ("لمن يشغل خمسين عاملاً، ويُدفع 500 شهريًا", "ar", {"en": []}),
        ("An allowance of 550 a month, half a day off", "en", {"ko": ["0.5일"]}),
        ("تُدفع 3 مرات خلال عام واحد", "ar", {"en": ["3 times", "at most 1 year"]}),
        ("خلال 15/3/1446هـ", "ar", {"en": ["18 September 2024"]}),
        ("In 2026 ₩5,000,000 is paid", "en", {"ko": ["5,000,000원"]}),
        ("The team in 2019 won the award.", "en", {"ko": []}),
        ("근로시간은 1일 8시간을 초과할 수 없다.", "ko", {"en": ["1 day", "at most 8 hours"]}),
    ],
)
def test_a_quote_states_its_amounts_dates_articles_and_names(
    text: str, source: Language, facts: dict[Language, list[str]]
) -> None:
    assert {language: facts_of(text, source, language) for language in facts} == facts


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("몇 년 동안 보관하나요?", ["최대 5년", "최대 72시간"]),
        ("몇 시간 안에 알려야 하나요?", ["최대 72시간", "최대 5년"]),
    ],
)
def test_what_was_asked_for_is_stated_first(question: str, facts: list[str]) -> None:
    text = "A breach is reported within 72 hours and logs are kept for at most 5 years."
    item = evidence(text, "Of the 9 duties: ")
    assert notes_on([item], question, "ko")[1].facts == facts


HEADS = (
    "In 2025 Dean Mona Al-Harbi of Najd University and Prof. Han Seo-yeon led the KNU Board for "
    "5 years."
)


def test_where_a_name_is_asked_for_names_come_first() -> None:
    names = ["Dean Mona Al-Harbi of Najd University", "Prof", "Han Seo-yeon", "KNU Board"]
    assert facts_of(HEADS, "en", "ko", "누가 이사회를 이끌었나요?") == [*names, "5년"]
    assert facts_of(HEADS, "en", "ko", "이사회는 몇 년 동안 활동하나요?") == ["5년", "KNU"]


def test_a_fact_that_the_question_says_is_not_said_again() -> None:
    assert facts_of("KNU and KAIST lead it.", "en", "ar", "من يقود البرنامج؟") == ["KNU", "KAIST"]
    assert facts_of("KNU and KAIST lead it.", "en", "ar", "من يقوده مع KNU؟") == ["KAIST"]


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("2022년에 계약하면 어떻게 되나요?", ["2년", "15일"]),
        ("15일이 지나면 어떻게 되나요?", ["2년"]),
        ("2년이 지나면 어떻게 되나요?", ["15일"]),
        ("1.5일이나 115일이면 어떻게 되나요?", ["2년", "15일"]),
    ],
)
def test_a_fact_is_said_by_the_question_only_as_a_whole(question: str, facts: list[str]) -> None:
    assert facts_of("It takes 2 years, then 15 days.", "en", "ko", question) == facts


def test_a_fact_that_was_asked_for_is_said_though_the_question_has_its_words() -> None:
    text = "Courses of 3 credits have 3 hours a week."
    question = "3시간 걸리는 과목은 주당 몇 시간 수업하나요?"
    hours = Span(text.index("3 hours"), text.index(" a week"))
    assert facts_of(text, "en", "ko", question) == []
    assert facts_of(text, "en", "ko", question, [hours]) == ["3시간"]


def test_money_that_is_only_talked_about_leaves_the_names() -> None:
    text = "Fees are paid to KAUST within 30 days."
    assert facts_of(text, "en", "ko", "수수료는 누구에게 내나요?")[0] == "KAUST"


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("언제까지 신청해야 하나요?", LEAVE, False),
        ("언제까지 신청해야 하나요?", "휴학은 총장이 허가한다.", True),
        ("장학금은 누가 신청할 수 있나요?", "재학생이 신청할 수 있다.", False),
        ("장학금은 얼마인가요?", "재학생이 신청할 수 있다.", True),
        ("What happens if I miss the deadline?", "The application is refused.", False),
        ("What is the deadline?", "The application is refused.", True),
        ("How much is refunded?", "The tuition is refunded in full.", False),
        ("How much is refunded?", "The tuition is refunded to the student.", True),
        ("How long may I stay?", "Residents may stay free of charge.", True),
        ("كم يُسترد من الرسوم؟", "تُسترد الرسوم كاملة.", False),
        ("كم يومًا للتسجيل؟", "تُسترد الرسوم كاملة.", True),
        ("How many members are there?", "Article 12 names the members.", True),
    ],
)
def test_a_quote_lacks_an_amount_only_where_one_is_asked_for(
    question: str, text: str, lacks: bool
) -> None:
    assert lacks_what_is_asked(question, evidence(text)) is lacks


@pytest.mark.parametrize(
    ("source", "sentence", "same"),
    [
        ("يُقدَّم خلال أسبوع من تاريخه.", "7일 이내에 제출합니다.", True),
        ("مدة العقد سنة.", "The contract lasts 12 months.", True),
        ("مدة العقد سنة واحدة.", "The contract lasts 12 months.", True),
        ("مدة العقد نصف سنة.", "The contract lasts 12 months.", False),
        ("مدة العقد ثلاثون يومًا.", "The contract lasts 24 hours.", False),
        ("صدر عام 2024.", "The contract lasts 12 months.", False),
        ("يُعقد يوم الأحد.", "It lasts 24 hours.", False),
    ],
)
def test_an_arabic_unit_alone_is_one(source: str, sentence: str, same: bool) -> None:
    assert bool(unsupported_quantities(sentence, [source])) is not same


def test_a_name_that_nobody_asked_for_is_no_fact_by_itself() -> None:
    assert facts_of("AI의 이용자를 보호한다.", "ko", "en", "May I sell AI?") == []
    assert facts_of("AI grows.", "en", "ko", "어떻게 자라나요?") == []


@pytest.mark.parametrize(
    ("question", "language", "text", "fact"),
    [
        (
            "언제 시범 서비스를 시작했나요?",
            "ko",
            "In 2022 the trial began, the 3rd of 4.",
            "2022년",
        ),
        ("متى بدأت التجربة؟", "ar", "In 2022 the trial began, the 3rd of 4.", "2022"),
        ("كم منظمة تشارك؟", "ar", "The hub has 9 global organizations.", "9"),
        ("몇 개 기관이 참여하나요?", "ko", "At least 9 global bodies take part.", "9 이상"),
    ],
)
def test_a_number_without_a_unit_is_a_fact_where_it_is_what_was_asked_for(
    question: str, language: Language, text: str, fact: str
) -> None:
    item = evidence(text, language="en")
    facts = notes_on([item], question, language)[1].facts
    assert facts[0].startswith(fact), facts
    other = {"ko": "누가 운영하나요?", "ar": "من يديره؟"}[language]
    assert fact not in notes_on([item], other, language)[1].facts


@pytest.mark.parametrize("text", ["", "A rule about nothing.", "3.0 of 4.3", "0.5점", "١", "①"])
def test_a_number_by_itself_is_no_fact(text: str) -> None:
    assert facts_of(text, "ko", "en") == []


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("amount", ["0.5", "1", "2", "3", "11", "72", "100", "1,200,000"])
def test_what_is_stated_by_rule_reads_as_the_same_amounts(reader: Language, amount: str) -> None:
    """Every unit and currency, read back with the reader of quantities."""
    words = phrases(reader)
    for name in (*words.units, *words.currencies):
        text = f"It is {amount} {name if name in ('won', 'times') else f'{name}s'}."
        (stated,) = facts_of(text, "en", reader)
        assert not unsupported_quantities(stated, [text]), stated
        assert not unsupported_quantities(text, [stated]), stated


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_currency_and_bound_has_its_words(language: Language) -> None:
    words = phrases(language)
    assert set(words.units) == set(get_args(Unit))
    assert set(words.currencies) == set(get_args(Currency))
    assert set(words.bounds) == set(get_args(Bound))
    assert all("other" in forms for forms in (*words.units.values(), *words.currencies.values()))


def test_notes_have_facts_for_readers_of_another_language_only() -> None:
    item = evidence(STIPEND, language="ko")
    assert notes_on([item], "얼마인가요?", "ko")[1].facts == ()
    assert notes_on([item], "How much is it?", "en")[1].facts
