"""The chat page's events, and how the page is served."""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.middleware import Middleware

from assistant.api.schemas import LanguageCode
from ui.client import ChatClient, ChatError
from ui.conversation import Conversation
from ui.headers import ContentSecurityPolicy
from ui.page import TITLE, Page, Updates, build_page
from ui.texts import choose_language

# How many people may be waiting for replies at the same time.
_CONCURRENCY = 40
_SET_DIRECTION = """(language) => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}"""


class _Events:
    """What the page does when somebody uses it."""

    def __init__(self, page: Page, client: ChatClient) -> None:
        self._page = page
        self._client = client

    def open(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Choose the page's first language."""
        conversation.language = choose_language(
            request.query_params.get("lang"), request.headers.get("accept-language", "")
        )
        return self._page.labels(conversation)

    def switch(self, language: LanguageCode, conversation: Conversation) -> Updates:
        """Show the page in another language; a reply on its way takes notice."""
        conversation.language = language
        return self._page.labels(conversation)

    async def ask(
        self, question: str, language: LanguageCode, conversation: Conversation
    ) -> AsyncIterator[Updates]:
        """Send the question and show the reply as it comes."""
        question = question.strip()
        if not question or conversation.busy:
            yield {self._page.question: gr.skip()}
            return
        conversation.language = language
        turn, request = conversation.begin(question)
        yield self._page.progress(conversation) | {self._page.question: ""}
        try:
            async with aclosing(self._client.ask(request)) as events:
                async for event in events:
                    turn.receive(event)
                    yield self._page.progress(conversation)
        except ChatError as error:
            turn.failure = error
        finally:
            # Reached with the turn still pending only if Gradio cancels this very handler.
            turn.stopped = turn.stopped or turn.pending
        yield self._page.progress(conversation)

    def restore(self, draft: str, conversation: Conversation) -> str:
        """Put a question that failed back into the box, unless something is written there."""
        return draft if draft.strip() else conversation.lost_question()

    def stop(self, conversation: Conversation) -> Updates:
        """Keep what has come of the reply."""
        conversation.stop()
        return self._page.progress(conversation)

    def clear(self, conversation: Conversation) -> Updates:
        """Forget the conversation."""
        conversation.stop()
        conversation.turns.clear()
        return self._page.progress(conversation)


def build_app(api_url: str, api_key: str | None = None) -> gr.Blocks:
    """Build the page that talks to the service at ``api_url`` (``http://127.0.0.1:8000``)."""
    app: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False) as app:
        page = build_page()
        _connect(app, page, _Events(page, ChatClient(api_url, api_key)))
    app.queue(default_concurrency_limit=_CONCURRENCY, api_open=False)
    return app


def _connect(app: gr.Blocks, page: Page, events: _Events) -> None:
    state = page.conversation
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    app.load(events.open, [state], page.outputs, **quiet)
    page.language.input(events.switch, [page.language, state], page.outputs, **quiet)
    page.language.change(None, [page.language], None, js=_SET_DIRECTION)

    asking = [
        gr.on(triggers, events.ask, [source, page.language, state], page.outputs, **quiet)
        for triggers, source in [
            ([page.question.submit, page.send.click], page.question),
            *(([starter.click], starter) for starter in page.starters),
        ]
    ]
    for reply in asking:
        reply.then(events.restore, [page.question, state], [page.question], **quiet)
    page.stop.click(events.stop, [state], page.outputs, cancels=asking, **quiet)
    page.clear.click(events.clear, [state], page.outputs, cancels=asking, **quiet)


def launch(api_url: str, host: str, port: int, api_key: str | None = None) -> None:
    """Serve the page on ``host:port`` until interrupted.

    Raises:
        OSError: The port is taken or the host is not this machine's.
    """
    start(api_url, host, port, api_key).block_thread()


def start(api_url: str, host: str, port: int, api_key: str | None = None) -> gr.Blocks:
    """Serve the page from a background thread; ``close()`` of the result ends it.

    Raises:
        OSError: The port is taken or the host is not this machine's.
    """
    _check_free(host, port)
    app = build_app(api_url, api_key)
    app.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        inbrowser=False,
        share=False,
        theme=gr.themes.Default(primary_hue="teal", font="sans-serif", font_mono="monospace"),
        css_paths=Path(__file__).with_name("style.css"),
        footer_links=[],
        app_kwargs={"middleware": [Middleware(ContentSecurityPolicy)]},
        # Nothing is uploaded, recorded, monitored or offered to other programs.
        max_file_size=1,
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        ssr_mode=False,
    )
    return app


def _check_free(host: str, port: int) -> None:
    # Gradio looks at 127.0.0.1 only, and waits five seconds before it reports a taken port.
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            message = f"Port {port} on {host} is taken. Stop what uses it or choose another port."
            raise OSError(errno.EADDRINUSE, message) from error
