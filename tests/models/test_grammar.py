"""The real llama.cpp server held to a script and to its sources by a grammar."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
import regex
from llama_index.core.llms import ChatMessage

from assistant.answering.prompting.grammar import grammar
from assistant.language import LANGUAGES, Language, script_shares
from assistant.models.generator import Generator
from assistant.models.session import CutOffError, GenerationSession, Prompt

pytestmark = [pytest.mark.models, pytest.mark.generation]

NUMBER = regex.compile(r"\d+(?:\.\d+)?")
LATIN = regex.compile(r"\p{Latin}+")
HAN = regex.compile(r"\p{Han}")
DEMAND = "Write the name of the capital of China, in Chinese characters, ten times."


async def written(generator: Generator, rules: str | None, said: str = DEMAND) -> str:
    text = ""
    demand = [ChatMessage(role="user", content=said)]
    with suppress(CutOffError):
        async for piece in GenerationSession(generator).stream(Prompt(demand, 24, rules)):
            text += piece
    return text


@pytest.mark.parametrize(("language", "script"), [("ko", "Hangul"), ("ar", "Arabic")])
def test_another_script_cannot_be_generated(
    llama: Generator, language: Language, script: str
) -> None:
    free = asyncio.run(written(llama, None))
    assert HAN.search(free), "the demand tempts the model"
    held = asyncio.run(written(llama, grammar(language, [])))
    assert held.strip()
    shares = script_shares(held)
    assert shares[script] + shares["Latin"] == pytest.approx(1.0), held


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_and_further_lines_cannot_be_generated(llama: Generator, language: Language) -> None:
    demand = "Write [1] and [2], each on a line of its own."
    assert "[1]" in asyncio.run(written(llama, None, demand)), "the demand tempts the model"
    held = asyncio.run(written(llama, grammar(language, [(demand, "en")]), demand))
    assert not set("[]\n") & set(held)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_alone_is_an_answer(llama: Generator, language: Language) -> None:
    demand = "How many days has a week? Write the digit and nothing else."
    rules = grammar(language, [(demand, "en"), ("A week has seven days.", "en")])
    assert asyncio.run(written(llama, rules, demand)).strip(" .") == "7"


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_that_the_sources_do_not_have_cannot_be_generated(
    llama: Generator, language: Language
) -> None:
    demand = "In which year did the Second World War end? Write the four digits and nothing else."
    assert "1945" in asyncio.run(written(llama, None, demand)), "the demand tempts the model"
    held = asyncio.run(
        written(llama, grammar(language, [("Done on 3 May 2026, at 1.5 %.", "en")]), demand)
    )
    assert held.strip()
    assert {found.group() for found in NUMBER.finditer(held)} <= {"2026", "3", "5", "1.5"}
    assert "1945" in asyncio.run(written(llama, grammar(language, [("1945", "en")]), demand))


@pytest.mark.parametrize("language", ["ko", "ar"])
def test_names_in_latin_letters_are_those_of_the_sources(
    llama: Generator, language: Language
) -> None:
    demand = "Who wrote Hamlet? Write the name in English and nothing else."
    assert "Shakespeare" in asyncio.run(written(llama, None, demand)), "the demand tempts the model"
    held = asyncio.run(
        written(llama, grammar(language, [("It was written by Ada Lovelace.", "en")]), demand)
    )
    assert set(LATIN.findall(held)) <= {"Ada", "Lovelace"}
    assert "Shakespeare" in asyncio.run(
        written(llama, grammar(language, [("It was by William Shakespeare.", "en")]), demand)
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("과제는 Moodle에 제출한다.", "ko"), ("تُرفع الواجبات على Moodle فقط.", "ar")],
)
def test_a_single_name_in_another_script_is_one_of_its_sources(
    text: str, language: Language
) -> None:
    assert '"Moodle"' in grammar("ko", [(text, language)])


@pytest.mark.parametrize(
    ("language", "text", "of", "wanted"),
    [
        ("ko", "يجب أن يبلغ الثامنة عشرة في الفصل الدراسي الثالث", "ar", {"18", "3"}),
        ("ko", "Students apply once, from the second semester on.", "en", {"1", "2"}),
        ("ko", "Two thirds of the members.", "en", {"2", "3"}),
        ("ar", "3분의 2 이상의 찬성", "ko", {"2", "3"}),
        ("ko", "Students with a grade of C+ pass.", "en", {"C+"}),
        ("ar", "TOPIK Ⅱ 합격자", "ko", {"TOPIK", "Ⅱ"}),
    ],
)
def test_what_another_language_counts_in_words_may_be_written_in_figures(
    language: Language, text: str, of: Language, wanted: set[str]
) -> None:
    (rule,) = (r for r in grammar(language, [(text, of)]).splitlines() if r.startswith("taken ::="))
    taken = set(regex.findall(r'"([^"]+)"', rule))
    assert wanted <= taken
    assert all(len(text) < 6 for text in taken), "no fraction is written out"


@pytest.mark.parametrize(("language", "text"), [("ko", "시장·군수"), ("ar", "«الجامعة»")])
def test_marks_of_the_language_may_be_written(language: Language, text: str) -> None:
    (rule,) = (r for r in grammar(language, []).splitlines() if r.startswith("other ::="))
    allowed = regex.compile(rule.removeprefix("other ::= "))
    assert all(allowed.match(mark) for mark in regex.findall(r"[^\w]", text))
