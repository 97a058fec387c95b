"""From the evidence to the reply: traces, quotes in other languages, and giving up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from lenient import COSINES, lenient, strict
from scripted_generator import ScriptedGenerator
from shelf import Gate, Shelf, passage

from assistant.answering.pipeline import Assistant
from assistant.answering.question import Question, Turn
from assistant.answering.reply import EvidenceFound, Reply, SentenceReady
from assistant.answering.verdict.judge import Judge
from assistant.answering.wording.phrases import phrases
from assistant.errors import UnavailableError
from assistant.index.passage import Passage
from assistant.language import LANGUAGES, Detection, Language
from assistant.language.abstention import abstains
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.models.piece import Piece
from assistant.models.session import Prompt, SamplingOptions, TokenUsage
from assistant.retrieval.search import RetrievalResult
from assistant.settings import Settings

QUESTIONS: dict[Language, str] = {
    "ko": "교류를 신청하는 학생의 평점평균은 얼마 이상이어야 하나요?",
    "ar": "ما المعدل التراكمي المطلوب من طلاب التبادل؟",
    "en": "What grade point average do exchange students need?",
}
POLICIES: dict[Language, str] = {
    "ko": "평점평균이 4.3점 만점에 3.0점 이상인 학생이 신청할 수 있다.",
    "ar": "يجب ألّا يقل معدل الطالب التراكمي عن ٣٫٠ من ٤٫٣.",
    "en": "A student needs a grade point average of at least 3.0 out of 4.3.",
}


SILENT: dict[Language, str] = {
    "ko": "교류를 신청하는 학생은 평점평균을 증명하여야 한다.",
    "ar": "على طلاب التبادل إثبات معدلهم التراكمي.",
    "en": "Exchange students show their grade point average.",
}


@pytest.fixture
def ask(tiny_embedder: SentenceTransformerEmbedder, generator: ScriptedGenerator) -> Any:
    """Asks an assistant that finds the given passages, and only refuses."""

    def run(
        text: str,
        found: Sequence[str | Passage],
        history: Sequence[Turn] = (),
        probability: float = 1.0,
        threshold: float = 0.5,
        judge: Callable[[SentenceTransformerEmbedder], Judge] = lenient,
        **changes: Any,
    ) -> Reply:
        passages = [
            passage(n, item) if isinstance(item, str) else item
            for n, item in enumerate(found, start=1)
        ]
        settings = Settings(_env_file=None, **changes)
        shelf = Shelf(tiny_embedder, passages)
        gate: Any = Gate(probability, threshold)
        assistant = Assistant(
            settings, shelf, gate, generator, judge(tiny_embedder), COSINES
        )  # fmt: skip
        return asyncio.run(assistant.reply(Question(text, history)))

    return run


def test_a_trace_has_every_decision(ask: Any, generator: ScriptedGenerator) -> None:
    generator.answer = f"The average is 3.7. [1] {POLICIES['en']} [1]"
    reply = ask(QUESTIONS["en"], [POLICIES["en"]], probability=0.7)
    trace = reply.trace
    assert trace.detection.language == "en"
    (search,) = trace.searches
    assert (search.question.text, search.question.origin) == (QUESTIONS["en"], "asked")
    assert [hit.passage.document_id for hit in search.hits] == ["d1"]
    assert (search.decision.probability, search.decision.threshold) == (0.7, 0.5)
    assert [item.quote for item in trace.evidence] == [POLICIES["en"]]
    first, second = trace.drafts
    assert first.rejection is not None
    assert (first.rejection.check, "3.7" in first.rejection.reason) == ("invented_quantity", True)
    assert first.verdict.opinion is None, "what is refused is not judged"
    assert second.rejection is None
    assert second.verdict.opinion is not None
    assert second.verdict.signals is not None
    assert second.verdict.signals.nearness == pytest.approx(1.0, abs=0.01)
    assert [item.number for item in second.cited] == [1]
    steps = ["search 1", "retrieval", "evidence", "first_token", "generation", "total"]
    assert list(trace.ended) == steps
    assert list(trace.ended.values()) == sorted(trace.ended.values())


class OfNumber(Shelf):
    """Finds, for every question, its first two passages as articles of a number."""

    def find(self, query: str) -> RetrievalResult:
        found = super().find(query)
        return replace(found, articles=found.hits[:2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_articles_asked_for_by_number_are_shown_and_it_is_said_that_there_are_several(
    tiny_embedder: SentenceTransformerEmbedder, generator: ScriptedGenerator, language: Language
) -> None:
    generator.answer = "-"
    passages = [passage(n, POLICIES[language]) for n in (1, 2, 3)]
    closed: Any = Gate(0.0)
    assistant = Assistant(
        Settings(_env_file=None),
        OfNumber(tiny_embedder, passages),
        closed,
        generator,
        lenient(tiny_embedder),
        COSINES,
    )
    reply = asyncio.run(assistant.reply(Question(QUESTIONS[language])))
    assert reply.outcome == "quoted", "an article that is there answers what it says"
    assert {item.passage.document_id for item in reply.citations} == {"d1", "d2"}
    assert reply.notice
    assert all(item.title in reply.notice for item in passages[:2])


@pytest.mark.parametrize(
    ("question", "fixed", "language"),
    [("GPA?", None, "ko"), ("What is the GPA?", None, "en"), ("GPA?", "ar", "ar")],
)
def test_a_question_that_shows_no_language_is_answered_in_the_readers(
    question: str, fixed: Language | None, language: Language
) -> None:
    asked = Question(question, language=fixed, default_language="ko")
    assert asked.reply_language == Detection(language)


def test_a_korean_answer_that_ends_as_its_question_did_is_a_statement_and_an_echo_is_none(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.answer = "교류를 신청하는 학생의 평점평균은 3.0 이상이어야 하나요. [1]"
    reply = ask(QUESTIONS["ko"], [POLICIES["ko"]])
    assert reply.answer == "교류를 신청하는 학생의 평점평균은 3.0 이상이어야 합니다. [1]"
    asked = "평점평균이 3.0점 이상인 학생이 신청해도 되나요?"
    generator.answer = asked.replace("?", ".")
    reply = ask(asked, [POLICIES["ko"]])
    assert [draft.rejection and draft.rejection.check for draft in reply.trace.drafts] == ["asks"]


def test_what_the_verdict_holds_back_is_quoted(ask: Any, generator: ScriptedGenerator) -> None:
    generator.answer = f"{POLICIES['en']} [1]"
    held = ask(QUESTIONS["en"], [POLICIES["en"]], judge=strict)
    assert held.outcome == "quoted"
    assert [d.rejection and d.rejection.check for d in held.trace.drafts] == ["verdict"]
    assert len(generator.prompts) == 1, "it is not asked again"


def test_two_sentences_that_may_not_be_shown_end_an_answer(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.answer = f"It is 3.7. [1] It is 3.8. [1] {POLICIES['en']} [1]"
    reply = ask(QUESTIONS["en"], [POLICIES["en"]])
    assert (reply.outcome, len(reply.trace.drafts)) == ("quoted", 2)


def test_a_generator_that_repeats_its_marks_is_not_shown(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.answer = POLICIES["ko"].removesuffix(".") + " [1]" * 9 + " 니다."
    assert ask(QUESTIONS["ko"], [POLICIES["ko"]]).outcome == "quoted"


def test_a_follow_up_is_answered_with_the_question_before_it(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.script = ["PhD students need at least 3.0 out of 4.3. [1]"]
    history = [Turn("user", QUESTIONS["en"]), Turn("assistant", "The form is due on 1 May. [1]")]
    reply = ask("And for PhD students?", [POLICIES["en"]], history)
    assert [search.question.origin for search in reply.trace.searches] == ["carried"]
    assert f"{QUESTIONS['en']} And for PhD students?" in str(generator.prompts[0][1].content)
    assert reply.outcome == "answered"


def test_a_follow_up_is_not_answered_with_what_was_said_before(
    ask: Any, generator: ScriptedGenerator
) -> None:
    said = "Students need at least 3.0 out of 4.3."
    generator.answer = f"{said} [1]"
    history = [Turn("user", QUESTIONS["en"]), Turn("assistant", f"{said} [1]")]
    reply = ask("And for PhD students?", [POLICIES["en"]], history)
    assert reply.outcome == "quoted"
    assert [draft.rejection.check for draft in reply.trace.drafts] == ["said_before"]
    assert ask(QUESTIONS["en"], [POLICIES["en"]], history).outcome == "answered"


APPEAL_KO = "이의신청 수수료는 50,000원으로 한다. 이의신청은 통지일부터 10일 이내에 한다."
DAYS_KO, DAYS_EN = "이의신청은 며칠 이내에 해야 하나요?", "How many days do I have to appeal?"
WHERE_KO = "휴학 신청서는 학과 사무실에 제출한다."


@pytest.mark.parametrize(
    ("before", "text", "policy", "marked", "direct"),
    [
        (DAYS_KO, "그럼 수수료는 얼마인가요?", APPEAL_KO, "50,000원", True),
        (DAYS_KO, "그럼 대학원생은?", APPEAL_KO, "10일", True),
        (DAYS_KO, "그럼 대학원생은?", "이의신청 수수료는 무료로 한다.", None, False),
        (DAYS_EN, "And what is the fee?", "The fee of SAR 500 is paid within 10 days.", "SAR 500",
         True),
        (DAYS_EN, "And what is the fee?", "The fee for an appeal is SAR 500.", "SAR 500", True),
        (DAYS_EN, "And what is the fee?", "The fee for an appeal is due at once.", None, False),
        ("휴학은 몇 학기까지 가능한가요?", "신청은 어디에 하나요?", WHERE_KO, None, True),
    ],
)  # fmt: skip
def test_a_follow_up_is_judged_by_what_it_asks_for_itself(
    ask: Any,
    generator: ScriptedGenerator,
    before: str,
    text: str,
    policy: str,
    marked: str | None,
    direct: bool,
) -> None:
    generator.answer = "-"
    reply = ask(text, [policy], [Turn("user", before), Turn("assistant", "No.")])
    best = reply.citations[0]
    spans = reply.notes[best.number].highlight
    assert [best.quote[start:end] for start, end in spans] == [marked or policy]
    assert (reply.outcome, reply.direct) == ("quoted", direct)


@pytest.mark.parametrize(
    ("text", "lacking"), [("And to whom do I send it?", 0.0), ("And for PhD students?", 1.0)]
)
def test_an_amount_is_missed_in_an_answer_where_a_follow_up_asks_for_it(
    ask: Any, generator: ScriptedGenerator, text: str, lacking: float
) -> None:
    generator.answer = "An appeal is sent to the dean."
    history = [Turn("user", DAYS_EN), Turn("assistant", "No.")]
    (draft,) = ask(text, ["An appeal is sent to the dean within 10 days."], history).trace.drafts
    assert draft.verdict.signals is not None
    assert draft.verdict.signals.no_amount == lacking


def test_what_is_left_of_a_repealed_article_is_quoted(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.answer = "-"
    repealed = "삭제 <2020. 3. 31.>"
    reply = ask("조기졸업은 언제 신청하나요?", [repealed])
    assert [item.quote for item in reply.citations] == [repealed]


def test_a_reply_without_evidence_says_that_nothing_was_found(
    ask: Any, generator: ScriptedGenerator
) -> None:
    empty = replace(passage(1, POLICIES["en"]), sentences=())
    assert ask(QUESTIONS["en"], [empty]).outcome == "not_found"
    assert generator.prompts == []


class Breaking(ScriptedGenerator):
    """Fails when it has said its answer."""

    async def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        async for piece in super().stream(prompt, options, usage):
            yield piece
        raise UnavailableError("It is gone.", "Ask again later.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_generator_that_stops_midway_leaves_an_answer_that_may_be_incomplete(
    tiny_embedder: SentenceTransformerEmbedder, language: Language
) -> None:
    words = phrases(language)
    shelf: Any = Shelf(tiny_embedder, [passage(1, POLICIES[language])])
    generator = Breaking()
    assistant = Assistant(
        Settings(_env_file=None), shelf, Gate(), generator, lenient(tiny_embedder), COSINES
    )  # fmt: skip
    question = Question(QUESTIONS[language])
    generator.answer = f"{POLICIES[language]} {POLICIES[language][:9]}"
    begun = asyncio.run(assistant.reply(question))
    assert (begun.outcome, begun.notice) == ("answered", words.incomplete)
    generator.answer = POLICIES[language][:9]
    silent = asyncio.run(assistant.reply(question))
    assert (silent.outcome, silent.notice) == ("quoted", words.generator_unavailable)


def test_the_language_may_change_in_a_conversation(ask: Any, generator: ScriptedGenerator) -> None:
    generator.answer = "يجب ألا يقل المعدل عن ٣٫٠ من ٤٫٣. [1]"
    history = [Turn("user", QUESTIONS["ko"]), Turn("assistant", POLICIES["ko"])]
    reply = ask("وماذا عن طلاب الدكتوراه؟", [POLICIES["ko"]], history)
    assert reply.language == "ar"
    assert reply.trace.searches[0].question.text.startswith(QUESTIONS["ko"])


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("original", LANGUAGES)
def test_a_quote_in_another_language_says_which(
    ask: Any, generator: ScriptedGenerator, reader: Language, original: Language
) -> None:
    reply = ask(QUESTIONS[reader], [POLICIES[original]])
    assert reply.outcome == "quoted"
    assert POLICIES[original] in reply.answer
    label = phrases(reader).original[original]
    assert (label in reply.answer) == (reader != original)


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_in_their_language(language: Language) -> None:
    from assistant.language import script_shares

    words = phrases(language)
    script = {"ko": "Hangul", "ar": "Arabic", "en": "Latin"}[language]
    assert set(words.original) == set(LANGUAGES)
    for text in (words.translation, words.facts, words.incomplete, *words.original.values()):
        bare = text.format(text="", facts="", number="")
        assert script_shares(bare)[script] == 1.0


def test_a_translation_is_labelled_and_checked(ask: Any, generator: ScriptedGenerator) -> None:
    good = "평점평균이 4.3점 만점에 3.0점 이상이어야 합니다."
    generator.script = ["", good]
    reply = ask(QUESTIONS["ko"], [POLICIES["en"]], translate_quotes=True)
    assert reply.outcome == "quoted"
    assert reply.translations == {1: good}
    assert f"기계 번역: {good}" in reply.answer
    assert POLICIES["en"] in str(generator.prompts[-1][1].content)


@pytest.mark.parametrize(
    "bad",
    [
        "평점평균이 3.0점 이상이어야 합니다.",
        "평점평균이 4.3점 만점에 3.5점 이상이어야 합니다. 3.0",
        "A student needs at least 3.0 out of 4.3.",
        "MIT 학생은 4.3점 만점에 3.0점 이상이어야 합니다.",
        "",
    ],
)
def test_a_translation_that_fails_is_dropped(
    ask: Any, generator: ScriptedGenerator, bad: str
) -> None:
    generator.script = ["", bad]
    reply = ask(QUESTIONS["ko"], [POLICIES["en"]], translate_quotes=True)
    assert reply.translations == {}
    assert "기계 번역" not in reply.answer
    (translation,) = reply.trace.translations
    assert translation.rejection is not None


def test_nothing_is_translated_unless_it_is_set(ask: Any, generator: ScriptedGenerator) -> None:
    ask(QUESTIONS["ko"], [POLICIES["en"]])
    assert "Quotation" not in str(generator.prompts)
    assert len(generator.prompts) == 1


ABSTAINING: dict[Language, str] = {
    "ko": "제공된 자료에는 이에 대한 내용이 언급되어 있지 않습니다. [1]",
    "ar": "لم تذكر المصادر هذه المعلومات. [1]",
    "en": "The sources do not mention this. [1]",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_generator_that_finds_nothing_is_believed_where_the_gate_doubts(
    ask: Any, generator: ScriptedGenerator, language: Language
) -> None:
    generator.answer = ABSTAINING[language]
    doubtful = ask(QUESTIONS[language], [POLICIES[language]], probability=0.74)
    assert doubtful.outcome == "not_found"
    assert phrases(language).not_found in doubtful.answer
    assert [document.title for document in doubtful.nearest] == ["Exchange"]
    sure = ask(QUESTIONS[language], [POLICIES[language]], probability=0.76)
    assert sure.outcome == "quoted"


def test_a_generator_that_also_says_something_else_has_not_given_up(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.answer = f"{ABSTAINING['en']} The fee is 900 dollars. [1]"
    assert ask(QUESTIONS["en"], [POLICIES["en"]], probability=0.6).outcome == "quoted"
    generator.script = [POLICIES["en"] + " [1] " + ABSTAINING["en"]]
    assert ask(QUESTIONS["en"], [POLICIES["en"]], probability=0.6).outcome == "answered"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no information about fees in the sources.", True),
        ("The fee is not specified.", True),
        ("The provided text does not state the fee.", True),
        ("Housing is not provided.", False),
        ("Students may not provide false information.", False),
        ("수수료에 관한 정보가 없습니다.", True),
        ("출처에 수수료가 명시되어 있지 않습니다.", True),
        ("주어진 자료로는 알 수 없습니다.", True),
        ("신청한 내용은 변경할 수 없습니다.", False),
        ("기한이 지난 신청서는 접수하지 않습니다.", False),
        ("لا توجد معلومات عن الرسوم في المصادر.", True),
        ("لم يُذكر مقدار الرسوم.", True),
        ("لا تتضمن الوثائق مقدار الرسوم.", True),
        ("لا يُنظر في الطلبات المتأخرة.", False),
        ("لا تزيد المدة على ستة أشهر.", False),
    ],
)
def test_saying_that_the_sources_are_silent_is_recognised(text: str, expected: bool) -> None:
    assert abstains(text) is expected


def test_what_an_answer_rests_on_beyond_the_quotes_becomes_evidence_before_it(
    tiny_embedder: SentenceTransformerEmbedder, generator: ScriptedGenerator
) -> None:
    rules = [f"Rule number {n}00 of the exchange says this and nothing more." for n in range(1, 9)]
    shelf: Any = Shelf(tiny_embedder, [passage(n, text) for n, text in enumerate(rules, start=1)])
    generator.answer = "It is rule number 800. [1]"
    assistant = Assistant(
        Settings(_env_file=None), shelf, Gate(), generator, lenient(tiny_embedder), COSINES
    )  # fmt: skip

    async def events() -> list[Any]:
        return [event async for event in assistant.stream(Question("Which rule is it?"))]

    first, again, sentence, reply = asyncio.run(events())
    assert isinstance(first, EvidenceFound)
    assert rules[7] not in [item.quote for item in first.evidence]
    assert isinstance(again, EvidenceFound)
    assert [item.quote for item in again.evidence] == [*(i.quote for i in first.evidence), rules[7]]
    assert isinstance(sentence, SentenceReady)
    assert sentence.text == f"It is rule number 800. [{len(again.evidence)}]"
    assert [item.quote for item in reply.citations] == [rules[7]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotes_are_announced_as_an_answer_only_where_they_are_thought_to_be_one(
    ask: Any, generator: ScriptedGenerator, language: Language
) -> None:
    words = phrases(language)
    sure = ask(QUESTIONS[language], [POLICIES[language]], probability=0.9)
    assert (sure.outcome, sure.direct) == ("quoted", True)
    assert words.quoted in sure.answer
    # Nothing of the kind that is asked for; and, of a gate that lets pass what is unlikely, both.
    vague = SILENT[language]
    for lacking in (
        ask(QUESTIONS[language], [vague], probability=0.9),
        ask(QUESTIONS[language], [vague], probability=0.4, threshold=0.3),
    ):
        assert (lacking.outcome, lacking.direct) == ("quoted", False)
        assert words.no_direct_answer in lacking.answer
        assert words.quoted not in lacking.answer
        assert vague in lacking.answer, "the nearest places are named all the same"
    unlikely = ask(QUESTIONS[language], [POLICIES[language]], probability=0.4, threshold=0.3)
    assert unlikely.direct is False


def test_a_reply_of_quotes_has_the_best_one_and_two_more(
    ask: Any, generator: ScriptedGenerator
) -> None:
    rules = [f"Rule {n}00: {POLICIES['en']}" for n in range(1, 7)]
    reply = ask(QUESTIONS["en"], rules)
    assert reply.outcome == "quoted"
    assert [item.number for item in reply.citations] == [1, 2, 3]
    assert len(reply.trace.evidence) > 3


@pytest.mark.parametrize("reader", ["ko", "en"])
def test_a_quote_that_is_not_translated_says_what_it_states(
    ask: Any, generator: ScriptedGenerator, reader: Language
) -> None:
    fine = "يعاقب بغرامة لا تزيد على خمسمائة ألف ريال وفقًا للمادة 33."
    reply = ask(QUESTIONS[reader], [fine])
    stated = {"ko": "최대 500,000리얄 · 제33조", "en": "at most 500,000 riyals · Article 33"}
    said = phrases(reader).facts.format(facts=stated[reader], number=1)
    assert said in reply.answer
    assert reply.answer.index(said) < reply.answer.index(fine), "what can be read comes first"
    assert "500,000" not in ask(QUESTIONS["ar"], [fine]).answer


def test_a_translation_stands_instead_of_what_is_stated(
    ask: Any, generator: ScriptedGenerator
) -> None:
    generator.script = ["", "30일 안에 신고해야 합니다."]
    reply = ask(QUESTIONS["ko"], ["Report it within 30 days."], translate_quotes=True)
    assert "기계 번역: 30일 안에 신고해야 합니다." in reply.answer
    assert "최대 30일" not in reply.answer
