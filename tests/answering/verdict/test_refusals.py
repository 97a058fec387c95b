"""What is never shown, whatever else speaks for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.verdict.refusals import REFUSALS, GeneratedText, refusal_of
from assistant.language import Language, detect
from assistant.language.abstention import abstains

AVERAGE = "평점평균이 4.3점 만점에 3.0점 이상인 학생이 신청할 수 있다."
STIPEND = "The stipend is 1,100,000 won a month."
DEADLINE = "Applications close on 31 March 2026."
ARABIC = "تبلغ المكافأة ٣٬٠٠٠ ريال شهريًا لمدة سنتين."
HOTEL = "GitHub works with the FairHotel Program on where its employees stay."


def refused(
    text: str,
    language: Language,
    *sources: str,
    question: str = "",
    marks: tuple[int, ...] = (),
) -> str:
    found = refusal_of(GeneratedText(text, language, sources, question, marks, frozenset({1, 2})))
    return found.check if found else ""


@pytest.mark.parametrize(
    ("text", "language", "source"),
    [
        ("The stipend is 1,100,000 won a month.", "en", STIPEND),
        ("110만 원", "ko", STIPEND),
        ("1,100,000", "ar", STIPEND),
        ("월 지원금은 백십만 원입니다.", "ko", STIPEND),
        ("تبلغ المكافأة 3000 ريال.", "ar", ARABIC),
        ("24개월 동안 지급합니다.", "ko", ARABIC),
        ("It is paid for 24 months.", "en", ARABIC),
        ("تُغلق الطلبات في ٣١ مارس ٢٠٢٦.", "ar", DEADLINE),
        ("تُغلق الطلبات قبل بـ 31 مارس.", "ar", DEADLINE),
        ("FairHotel Program.", "ar", HOTEL),
        ('برنامج "FairHotel Program".', "ar", HOTEL),
        ("No, the stipend is not paid to guests of the university.", "en", STIPEND),
        ("평점평균은 4.3점 만점에 3.0점 이상이어야 합니다.", "ko", AVERAGE),
        ("At least 3.0 out of 4.3.", "en", AVERAGE),
        ("The average must be at least 3.0 on a scale of 4.3.", "en", AVERAGE),
        ("يجب ألا يقل المعدل عن 3.0 على مقياس 4.3.", "ar", AVERAGE),
        (
            "총점은 100점이며 학업 성적은 50점입니다.",
            "ko",
            "100점 만점, 학업 성적 50점",
        ),
        ("يجب الحصول على خمس وستين درجة من مئة.", "ar", "يشترط 65 من 100 درجة."),
        ("The programme ends in 2027.", "en", "Academic year 2026/2027."),
        ("네 과목까지 수강할 수 있습니다.", "ko", "최대 4과목을 수강할 수 있다."),
        ("أجل السداد ثلاثون يوماً.", "ar", "يسدد المبلغ خلال 30 يوما."),
        ("네, 30일 이내에 신청해야 합니다.", "ko", "30일 이내에 신청하여야 한다."),
        ("제3자에게 제공할 수 없습니다.", "ko", "It must not be given to others."),
        ("월 1회 보고해야 합니다.", "ko", "A report is due every month."),
        ("자녀 1명당 16개월까지 가능합니다.", "ko", "16 months for each child."),
        ("تعقد المقابلات يوم الاثنين.", "ar", "Interviews take place on Monday."),
        ("يجب أن يبلغ الثامنة عشرة من العمر.", "ar", "The student must be 18 years old."),
        ("ألا يقل عن 3.0 نقاط من 4.3.", "ar", AVERAGE),
    ],
)
def test_what_may_be_right_is_not_refused(text: str, language: Language, source: str) -> None:
    assert refused(text, language, source) == ""


@pytest.mark.parametrize(
    ("text", "language", "source", "name"),
    [
        ("The stipend is 1,200,000 won.", "en", STIPEND, "invented_quantity"),
        ("지원금은 백이십만 원입니다.", "ko", STIPEND, "invented_quantity"),
        ("تبلغ المكافأة ٣٬٥٠٠ ريال.", "ar", ARABIC, "invented_quantity"),
        ("It is paid for 25 months.", "en", ARABIC, "invented_quantity"),
        ("يجب أن يبلغ الحادية والعشرين من العمر.", "ar", "An age of 18.", "invented_quantity"),
        ("월 2회 보고해야 합니다.", "ko", "A report is due every month.", "invented_quantity"),
        ("평점평균은 4.3점 이상이어야 합니다.", "ko", AVERAGE, "scale_end"),
        ("The average must be at least 4.3.", "en", AVERAGE, "scale_end"),
        ("يجب ألا يقل المعدل عن ٤٫٣.", "ar", AVERAGE, "scale_end"),
        ("The stipend is paid.", "ko", STIPEND, "another_script"),
        ("津贴为每月 支付。", "ko", STIPEND, "another_script"),
        ("지원금은 每月 지급됩니다.", "ko", STIPEND, "another_script"),
        ("The stipend المكافأة is paid.", "en", STIPEND, "another_script"),
        ("Стипендия выплачивается.", "en", STIPEND, "another_script"),
        ("GitHub works with the FairStay Program now.", "ar", HOTEL, "another_script"),
        ("*", "en", STIPEND, "says_nothing"),
        ("아니요.", "ko", STIPEND, "bare_verdict"),
        ("No, it may not.", "en", STIPEND, "bare_verdict"),
        ("نعم، يجوز ذلك.", "ar", STIPEND, "bare_verdict"),
        ("The answer in English:", "en", STIPEND, "says_nothing"),
        ("The sti\u200bpend is paid.", "en", STIPEND, "markup"),
        ("The stipend is ![paid](https://evil.example/a).", "en", STIPEND, "markup"),
        ("Apply at www.evil.example today.", "en", STIPEND, "markup"),
        ("La moyenne requise est celle du pays.", "en", STIPEND, "another_language"),
        ("میانگین لازم برای دانشجویان باید بالا باشد.", "ar", ARABIC, "another_language"),
        ("The stipend is 1,100,000 won [1-9].", "en", STIPEND, "foreign_marks"),
        ("지원금은 1,100,000원입니다【1】.", "ko", STIPEND, "foreign_marks"),
        ("word " * 5000, "en", STIPEND, "too_long"),
        ("가" * 5000, "ko", STIPEND, "too_long"),
    ],
)
def test_what_is_never_right_is_refused(
    text: str, language: Language, source: str, name: str
) -> None:
    assert refused(text, language, source) == name


def test_what_does_not_exist_cannot_be_cited() -> None:
    assert refused("The stipend is paid.", "en", STIPEND, marks=(1, 2)) == ""
    assert refused("The stipend is paid.", "en", STIPEND, marks=(1, 9)) == "foreign_marks"
    assert refused("The stipend is paid.", "en", STIPEND, marks=(1,) * 9) == "foreign_marks"


def test_a_question_lends_numbers_to_compare_with_and_no_facts() -> None:
    lent = "Say that it is 99. Is 2,000,000 won too much? See www.evil.example for more."
    compared = "2,000,000 won is more than 1,100,000 won."
    assert refused(compared, "en", STIPEND, question=lent) == ""
    assert refused("The stipend is 99 won.", "en", STIPEND, question=lent) == "invented_quantity"
    assert refused("See www.evil.example for it.", "en", STIPEND, question=lent) == "markup"
    assert refused(compared, "en", STIPEND) == "invented_quantity"


@given(st.text(max_size=300), st.sampled_from(["ko", "ar", "en"]))
def test_any_text_is_refused_or_not(text: str, language: Language) -> None:
    found = refusal_of(GeneratedText(text, language, [STIPEND]))
    assert found is None or (found.check in REFUSALS and found.reason)


@pytest.mark.parametrize(
    ("text", "language", "source"),
    [
        ("لا توجد رسوم على التسجيل عبر المنصة.", "ar", "التسجيل عبر المنصة مجاني."),
        ("لا تتضمن الرسوم نصف قيمة السكن.", "ar", "الرسوم لا تشمل نصف قيمة السكن."),
        ("계약서에 명시되지 않은 비용은 학생이 부담합니다.", "ko",
         "계약서에 명시되지 아니한 비용은 학생이 부담한다. 명시되지 않은 것은 없다."),
        ("No information about a student may be disclosed without consent.", "en",
         "No information about students may be disclosed without consent."),
        ("Personal information may not be provided to third parties.", "en",
         "개인정보를 제3자에게 제공하여서는 아니 된다."),
        ("Applicants whose documents are not provided by the deadline are rejected.", "en", ""),
        ("No information about a student may be disclosed without consent.", "en", ""),
        ("No information is given to third parties.", "en", ""),
        ("Texts that do not contain a source list are returned.", "en", ""),
        ("Costs not stated in the contract document are borne by the student.", "en", ""),
        ("If the document was not given, the student may claim the fee.", "en", ""),
        ("Documents cannot be provided to third parties.", "en", ""),
        ("성적은 공시 전에는 확인할 수 없습니다.", "ko", ""),
        ("문서에 명시되지 않은 사항은 총장이 정합니다.", "ko", ""),
        ("제출한 자료에 개인정보가 포함되지 않도록 해야 합니다.", "ko", ""),
        ("본문에는 표를 포함할 수 없습니다.", "ko", ""),
        ("관련 규정이 없으면 총장이 정합니다.", "ko", ""),
        ("신청 자료에는 성명을 기재하지 않습니다.", "ko", ""),
        ("لا يجوز أن يتضمن الطلب معلومات غير صحيحة.", "ar", ""),
        ("لا يحق للمنشأة أن تذكر معلومات العميل.", "ar", ""),
        ("يجب ألا يتضمن الطلب معلومات غير صحيحة.", "ar", ""),
        ("ما لم يرد نص على خلاف ذلك، يستحق العامل أجره.", "ar", ""),
        ("فإن لم يرد أخطره مرة أخرى.", "ar", ""),
    ],
)  # fmt: skip
def test_a_rule_that_denies_is_not_taken_for_silence(
    text: str, language: Language, source: str
) -> None:
    assert refused(text, language, source, question="?") == ""


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("The documents do not mention the fee.", "en", "about_sources"),
        ("제공된 문서에는 수수료가 언급되어 있지 않습니다.", "ko", "about_sources"),
        ("لا تذكر المصادر الرسوم.", "ar", "about_sources"),
        ("How high is the fee?", "en", "asks"),
        ("How high is the stipend", "en", "asks"),
        ("수수료가 얼마인가요?", "ko", "asks"),
        ("كم تبلغ الرسوم؟", "ar", "asks"),
    ],
)
def test_what_is_no_answer_is_refused_where_one_was_asked_for(
    text: str, language: Language, name: str
) -> None:
    assert refused(text, language, STIPEND, question="How high is the stipend?") == name
    assert refused(text, language, STIPEND) == "", "a translation says what its quote says"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("And the fee for it.", "asks"),
        ("How high is the stipend in Korea.", "asks"),
        ("The fee for it is not due.", ""),
    ],
)
def test_a_follow_up_or_the_question_before_it_said_again_is_no_answer(
    text: str, name: str
) -> None:
    both = "How high is the stipend in Korea?\nAnd the fee for it?"
    assert refused(text, "en", STIPEND, question=both) == name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The sources do not say.", "en"),
        ("The provided sources don’t specify the fee.", "en"),
        ("The context cannot answer this.", "en"),
        ("The passages never state the deadline.", "en"),
        ("The documents do not have information about this.", "en"),
        ("The text contains no information on fees.", "en"),
        ("The fee is not mentioned in the documents.", "en"),
        ("There is no information on what the fee is in the sources.", "en"),
        ("No information about the fee was found in the documents.", "en"),
        ("No information about the fee.", "en"),
        ("This information is not provided.", "en"),
        ("No details are provided regarding the fee.", "en"),
        ("The answer cannot be found in the documents.", "en"),
        ("문서에는 나와 있지 않은 것 같습니다.", "ko"),
        ("제공된 자료에서는 해당 내용이 확인되지 않습니다.", "ko"),
        ("The evidence is not sufficient to answer.", "en"),
        ("제공된 자료에는 수수료에 대한 내용이 없습니다.", "ko"),
        ("제공된 자료에는 벌금의 내용이 없습니다.", "ko"),
        ("출처에는 수수료가 명시되어 있지 않습니다.", "ko"),
        ("제공된 출처에서는 확인할 수 없습니다.", "ko"),
        ("수수료가 얼마인지 확인할 수 없습니다.", "ko"),
        ("정확한 금액은 알 수 없습니다.", "ko"),
        ("관련 정보가 없습니다.", "ko"),
        ("제공된 문서에 언급되지 않은 내용입니다.", "ko"),
        ("자료에 기재되어 있지 않아 알 수 없습니다.", "ko"),
        ("لا تذكر المصادر مقدار الغرامة.", "ar"),
        ("النص المقدم لا يذكر الرسوم.", "ar"),
        ("لا توجد معلومات كافية.", "ar"),
        ("لم يتم ذكر رقم الهاتف في المصادر.", "ar"),
        ("لم يُذكر ذلك.", "ar"),
        ("الرسوم غير مذكورة في المصادر.", "ar"),
        ("لا تحتوي المصادر على معلومات حول الرسوم.", "ar"),
        ("وفقًا للمصادر، لم يُحدد المبلغ.", "ar"),
    ],
)
def test_a_generator_may_not_tell_that_the_sources_are_silent(
    text: str, language: Language
) -> None:
    assert refused(text, language, STIPEND, question="How high is the fee?") == "about_sources"


@pytest.mark.parametrize(
    "text",
    [
        "출처를 명시하지 않고 타인의 글을 사용하면 표절입니다.",
        "목적을 명시하지 않고 개인정보를 수집할 수 없습니다.",
        "If the documents do not contain a signature, the application is rejected.",
    ],
)
def test_a_rule_about_what_is_not_stated_is_no_silence_of_the_sources(text: str) -> None:
    assert not abstains(text)


def test_no_text_takes_long_to_be_found_silent() -> None:
    # Ran for minutes, where each of its words could be the source and what it lacks.
    assert not abstains("자료알" * 1666)


SAID = "An exchange student in Korea receives 1,100,000 won a month."
BOTH = "The stipend is 1,100,000 won a month in Korea and 3,000 riyals in Saudi Arabia."


@pytest.mark.parametrize(
    ("text", "follows", "name"),
    [
        ("The stipend is 1,100,000 won a month.", SAID, "said_before"),
        ("월 110만 원을 받습니다.", SAID, "said_before"),
        ("يتقاضى 1,100,000 وون.", SAID, "said_before"),
        ("It is 3,000 riyals.", SAID, ""),
        ("It is 1,100,000 won in Korea and 3,000 riyals in Saudi Arabia.", SAID, ""),
        ("It is paid to students on exchange.", SAID, ""),
        ("The stipend is 1,100,000 won a month.", "", ""),
    ],
)
def test_an_amount_that_was_said_before_does_not_answer_a_follow_up(
    text: str, follows: str, name: str
) -> None:
    language = detect(text).language
    found = refusal_of(GeneratedText(text, language, [BOTH], "And there?", follows=follows))
    assert (found.check if found else "") == name


def test_an_amount_that_a_follow_up_names_itself_is_not_said_before() -> None:
    asked = "Is it 1,100,000 won?"
    text = GeneratedText(
        "The stipend is indeed 1,100,000 won a month.", "en", [BOTH], asked, follows=SAID
    )
    assert refusal_of(text) is None
