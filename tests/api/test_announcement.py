"""Who is shown the operator's token: the service that noted it, and nobody else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from assistant import errors
from assistant.api.announcement import announce, running_service
from assistant.client import endpoints
from assistant.commands.ingest_command import _run_remotely
from assistant.commands.service_client import asking
from assistant.errors import UnavailableError
from assistant.ingestion.options import JobOptions
from assistant.settings import Settings
from ingest.progress import unwatched


class Recorder(ThreadingHTTPServer):
    """A service that only remembers what it is shown."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.shown: list[dict[str, str]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Recorder)
        self.server.shown.append({name.lower(): value for name, value in self.headers.items()})
        refused = {"title": "No", "status": self.server.status, "detail": "That is why."}
        body = json.dumps({"total": 0, "documents": []} | refused).encode()
        self.send_response(self.server.status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def asked(settings: Settings, recorder: Recorder) -> dict[str, str]:
    """The headers of a command's request."""
    service = running_service(settings)
    assert service is not None
    with asking(service) as client:
        client.send(endpoints.documents(limit=1))
    return recorder.shown[-1]


def test_the_token_goes_to_the_service_that_noted_it(
    settings: Settings, recorder: Recorder
) -> None:
    announce(settings, recorder.url, "secret")
    assert asked(settings, recorder)["x-trilogue-token"] == "secret"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, errors.UnauthorizedError),
        (403, errors.ForbiddenError),
        (404, errors.NotFoundError),
        (422, errors.InvalidInputError),
        (429, errors.LimitError),
        (503, errors.UnavailableError),
    ],
)
def test_a_refusal_is_the_error_that_the_service_meant(
    settings: Settings, recorder: Recorder, status: int, error: type[errors.TrilogueError]
) -> None:
    announce(settings, recorder.url, "secret")
    service = running_service(settings)
    assert service is not None
    recorder.status = status
    with (
        pytest.raises(errors.TrilogueError, match="That is why") as raised,
        asking(service) as client,
    ):
        client.send(endpoints.documents(limit=1))
    assert type(raised.value) is error
    if isinstance(raised.value, errors.LimitError):
        assert raised.value.retry_after == 7


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_it_is_the_same_service_under_each_name_of_the_machine(
    settings: Settings, recorder: Recorder, name: str
) -> None:
    announce(settings, recorder.url, "secret")
    named = settings.model_copy(update={"api_url": f"http://{name}:{recorder.server_port}/"})
    assert asked(named, recorder)["x-trilogue-token"] == "secret"


def test_another_service_is_never_shown_the_token(settings: Settings, recorder: Recorder) -> None:
    announce(settings, "http://127.0.0.1:9", "secret")
    elsewhere = settings.model_copy(update={"api_url": recorder.url})
    assert "x-trilogue-token" not in asked(elsewhere, recorder)
    assert not any("secret" in value for value in recorder.shown[-1].values())
    service = running_service(elsewhere)
    assert service is not None
    with pytest.raises(UnavailableError, match="another data folder"):
        _run_remotely(service, [], JobOptions(), unwatched)


def test_the_key_is_shown_to_the_service_that_the_settings_name(
    settings: Settings, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed = settings.model_copy(update={"api_url": recorder.url, "api_key": SecretStr("k")})
    monkeypatch.setattr("assistant.commands.service_client.get_settings", lambda: keyed)
    assert asked(keyed, recorder)["authorization"] == "Bearer k"


def test_a_note_that_cannot_be_read_is_no_service(settings: Settings) -> None:
    announce(settings, "http://127.0.0.1:9", "secret").write_text("[]")
    assert running_service(settings) is None
