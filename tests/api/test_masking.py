"""Personal data does not reach the logs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from assistant.api.middleware import logs
from assistant.api.middleware.masking import mask
from assistant.settings import Settings


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("문의: hong.gildong@kaist.ac.kr 로", "문의: [e-mail] 로"),
        ("주민등록번호 900101-1234567 입니다", "주민등록번호 [resident-number] 입니다"),
        ("주민번호는 0503154123456.", "주민번호는 [resident-number]."),
        ("رقم الهوية 1000000008", "رقم الهوية [saudi-id]"),
        ("رقم الهوية ١٠٠٠٠٠٠٠٠٨", "رقم الهوية [saudi-id]"),
        ("IBAN SA03 8000 0000 6080 1016 7519 please", "IBAN [iban] please"),
        ("SA0380000000608010167519", "[iban]"),
        ("card 4111 1111 1111 1111", "card [card]"),
        ("5500-0000-0000-0004", "[card]"),
        ("전화 010-1234-5678 로", "전화 [phone] 로"),
        ("전화 042-350-2114", "전화 [phone]"),
        ("اتصل على 0501234567", "اتصل على [phone]"),
        ("اتصل على ٠٥٠١٢٣٤٥٦٧", "اتصل على [phone]"),
        # Digits that Python 3.11 does not know yet.
        ("\U000116d4" + "\U000116d1" * 15, "[card]"),
        ("call +966 50 123 4567 or +82 10 1234 5678", "call [phone] or [phone]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "POST /v1/chat 200",
        "제15조의2에 따라 2026년 3월 1일부터 1,500,000원",
        "المادة ١٥ من نظام ١٤٤٥ هـ",
        "Article 12 of 2024-11-22, 3.0 out of 4.3",
        "@ 12 % of 4,000,000",
        "card 4111 1111 1111 1112",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask(text) == text


@pytest.fixture
def _logs_are_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_logs_are_restored")
def test_json_logs_have_the_request_and_no_personal_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(Settings(log_format="json", _env_file=None))
    token = logs.request_id.set("request-1")
    try:
        raise ValueError("asked by hong@kaist.ac.kr")
    except ValueError:
        logging.getLogger("x").exception("Call %s", "010-1234-5678", extra={"fields": {"a": 1}})
    logs.request_id.reset(token)
    entry = json.loads(capsys.readouterr().err)
    assert (entry["request_id"], entry["level"], entry["a"]) == ("request-1", "error", 1)
    assert entry["message"] == "Call [phone]"
    assert "ValueError: asked by [e-mail]" in entry["exception"]


@pytest.mark.usefixtures("_logs_are_restored")
def test_text_logs_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(_env_file=None))
    logging.getLogger("x").warning("from hong@kaist.ac.kr")
    assert "from [e-mail]" in capsys.readouterr().err
