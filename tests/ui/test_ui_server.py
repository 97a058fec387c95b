"""The page is served by this machine alone and asks nothing of any other."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import gradio as gr
import httpx
import pytest

from assistant.codes import Language
from ui.app import launch, start
from ui.texts import LANGUAGES, load_texts
from ui.views import TITLE
from ui.visitor import LANGUAGE_COOKIE


def test_a_taken_port_is_an_error_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(OSError, match=f"Port {port} on 127.0.0.1 is taken"):
            launch("http://127.0.0.1:1", "127.0.0.1", port)


def test_a_busy_machine_may_take_its_time_to_show_the_page(
    free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Gradio finds when the page does not come within its three seconds.
    monkeypatch.setattr("gradio.networking.url_ok", lambda url: False)
    app = start("http://127.0.0.1:1", "127.0.0.1", free_port)
    try:
        assert httpx.get(app.local_url, timeout=60).status_code == 200
    finally:
        app.close(verbose=False)


def test_the_page_loads_nothing_from_other_hosts(address: str) -> None:
    response = httpx.get(address)
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"([^\"]+)\"", response.text)
    assert loaded
    own = {"", urlsplit(address).netloc}
    assert {urlsplit(address).netloc for address in loaded} <= own
    assert "fonts.googleapis" not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "operators"])
def test_before_gradio_is_there_the_page_is_ours_and_in_the_readers_language(
    address: str, language: Language, path: str
) -> None:
    texts = load_texts(language)
    page = httpx.get(f"{address}{path}", headers={"accept-language": f"{language},en;q=0.5"}).text
    head, _, body = page.partition("<body")
    assert re.search(rf'<html\s+lang="{language}" dir="{texts.direction}"', head)
    assert f"<title>{TITLE}</title>" in head
    named = re.findall(r'<meta\s+(?:name|property)="((?:og|twitter):\w+)"\s+content="(.*?)"', head)
    assert ("og:title", TITLE) in named
    assert ("og:description", texts.tagline) in named
    assert not [content for _, content in named if "radio" in content]
    assert "manifest" not in re.sub(r"<script.*?</script>", "", head, flags=re.S)
    assert texts.loading in body
    assert (texts.placeholder in body) == (path == "")
    assert httpx.get(f"{address}{path}?lang=ar", cookies={LANGUAGE_COOKIE: "ko"}).text.count(
        '<html\n\tlang="ar" dir="rtl"'
    )


def test_the_page_records_and_offers_nothing(page: gr.Blocks, address: str) -> None:
    config = httpx.get(f"{address}config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert httpx.get(f"{address}monitoring").status_code >= 400
    assert page.get_api_info()["named_endpoints"] == {}
    upload = httpx.post(f"{address}gradio_api/upload", files={"files": b"four"})
    assert upload.status_code == 413


def test_forty_people_may_wait_at_the_same_time(page: gr.Blocks) -> None:
    asking = [function for function in page.fns.values() if function.name in ("ask", "act")]
    assert asking
    assert all(function.concurrency_limit in (40, "default") for function in asking)
    assert page._queue.default_concurrency_limit == 40
