"""The small service on a real port, for clients that need one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from fastapi import FastAPI

from assistant.api.app import create_app
from assistant.api.service import Service


@contextmanager
def listening(app: FastAPI) -> Iterator[tuple[str, uvicorn.Server]]:
    """Serve an application from a thread; its URL, and the server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=20))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
        finally:
            server.should_exit = True
            thread.join()


def unused_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def live() -> Iterator[Callable[[Service], str]]:
    """Serves a service until the test ends; its URL."""
    with ExitStack() as running:

        def serve(service: Service) -> str:
            return running.enter_context(listening(create_app(service)))[0]

        yield serve
