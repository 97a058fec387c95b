"""``trilogue serve``: the chat API, and what is checked before it listens."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from contextlib import suppress
from typing import Annotated

import typer

from assistant.commands.terminal import err, explained
from assistant.errors import InvalidInputError, UnavailableError
from assistant.settings import Settings, get_settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Run the chat API."""
    import uvicorn

    from assistant.api.announcement import announce
    from assistant.api.app import create_app
    from assistant.api.middleware import logs, tracing
    from assistant.commands.composition import open_service

    with explained():
        settings = get_settings()
        logs.configure(settings)
        _check_exposure(settings, host or settings.api_host)
        # The port is taken first: loading models for a service that cannot listen is a waste.
        chosen = settings.api_port if port is None else port
        listener = _listen(host or settings.api_host, chosen)
        err.print("Loading the models…")
        spans = tracing.configure(settings)
        service = open_service(settings)
        address = listener.getsockname()
        url = f"http://{address[0]}:{address[1]}"
        announcement = announce(settings, url, service.operator_token)
        # uvicorn finishes its requests and then raises the signal again: this way the parts
        # below are closed too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            err.print(f"Trilogue's API listens on {url}")
            config = uvicorn.Config(
                create_app(service),
                # Replies on their way are finished; meanwhile no new connection is accepted.
                timeout_graceful_shutdown=settings.shutdown_seconds,
                log_config=None,
                access_log=False,
                server_header=False,
            )
            with suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            announcement.unlink(missing_ok=True)
            service.close()
            if spans:
                spans.shutdown()


def _check_exposure(settings: Settings, host: str) -> None:
    """Without keys, whoever reaches the service may read everything: it stays on this machine."""
    from assistant.storage.records import Records

    if _is_loopback(host):
        return
    records = Records.open(settings)
    try:
        if not records.keys.exist():
            raise InvalidInputError(
                f"There is no API key, so the service may not listen on {host}: whoever reaches "
                "it could read every document.",
                "Make a key with 'trilogue keys create NAME --scope chat --all-collections', or "
                "listen on 127.0.0.1.",
            )
    finally:
        records.close()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise UnavailableError(
            f"Port {port} of {host} cannot be used: {error.strerror or error}",
            "Stop what uses it, or choose another one with --port or TRILOGUE_API_PORT.",
        ) from error
