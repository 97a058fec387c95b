"""The chat page and the operators' page, and how they are served."""

from __future__ import annotations

import errno
import socket
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from ui.client import ChatClient
from ui.events import Events
from ui.headers import SecurityHeaders
from ui.library import Library
from ui.live import LiveReplies
from ui.operators import OperatorSessions, build_operators
from ui.page import Page, build_page
from ui.routes import Routes
from ui.shell import Shell
from ui.theme import theme
from ui.views import TITLE
from ui.visitor import VisitorCookie

# How many people's clicks are worked on at the same time; replies come another way.
_CONCURRENCY = 40
#: What every event has: the page's own words tell of progress, and no other program calls it.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build_app(
    client: ChatClient, live: LiveReplies, library: Library, sessions: OperatorSessions
) -> gr.Blocks:
    """Build the pages over the service that ``client`` asks."""
    app: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as app:
        page = build_page()
        _connect(app, page, Events(page, client, live, library))
    with app.route("Operators", "/operators", show_in_navbar=False):
        build_operators(app, sessions)
    app.queue(default_concurrency_limit=_CONCURRENCY, api_open=False)
    return app


def _connect(app: gr.Blocks, page: Page, events: Events) -> None:
    visit, outputs = page.visit, page.outputs
    app.load(events.open, [visit], outputs, **QUIET)
    for asking in (page.question.submit, page.send.click):
        asking(events.ask, [page.question, visit], outputs, **QUIET)
    page.stop.click(events.stop, [visit], outputs, **QUIET)
    page.new.click(events.new, [visit], outputs, **QUIET)
    # Not "input", which Gradio does not send when the box is emptied at once.
    page.search.change(
        events.search, [page.search, visit], [page.conversations], trigger_mode="always_last",
        **QUIET,
    )  # fmt: skip
    for view in page.acting:
        # Several at a time: what another tab has told of may come while a button is worked on.
        view.act(events.act, [page.question, visit], outputs, trigger_mode="multiple", **QUIET)


def launch(api_url: str, host: str, port: int, api_key: str | None = None) -> None:
    """Serve the pages on ``host:port`` until interrupted.

    Raises:
        OSError: The port is taken or the host is not this machine's.
    """
    start(api_url, host, port, api_key).block_thread()


def start(api_url: str, host: str, port: int, api_key: str | None = None) -> gr.Blocks:
    """Serve the pages from a background thread; ``close()`` of the result ends it.

    Raises:
        OSError: The port is taken or the host is not this machine's.
    """
    _check_free(host, port)
    client = ChatClient(api_url, api_key)
    live, library, sessions = LiveReplies(client), Library(client), OperatorSessions(client)
    app, routes = build_app(client, live, library, sessions), Routes(client, live, library)
    app.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        inbrowser=False,
        share=False,
        theme=theme(),
        footer_links=[],
        app_kwargs={
            "routes": [*routes.list(), *sessions.routes()],
            "exception_handlers": {404: routes.unknown},
            "middleware": [Middleware(m) for m in (SecurityHeaders, VisitorCookie, Shell)],
        },
        # Nothing is uploaded to Gradio, recorded, monitored or offered to other programs.
        max_file_size=1,
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        ssr_mode=False,
        # Or Gradio asks for the page itself, and ends when that takes three seconds.
        _frontend=False,
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
