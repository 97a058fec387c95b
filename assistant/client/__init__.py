"""The client of the API, for the page, the evals, the commands and other programs in Python.

`endpoints` says what can be asked; `Client` and `AsyncClient` ask it, and raise `ClientError`
where the service does not do it. Of the service it knows the API's schemas and nothing else.

Example:
    >>> with Client("http://127.0.0.1:8000") as client:
    ...     found = client.send(endpoints.search(SearchRequest(query="교환학생 신청 기간")))
    ...     for event in client.stream(endpoints.chat_events(request)):
    ...         print(event)
"""

from assistant.client import endpoints
from assistant.client.call import Call, EventCall, FileReply, Request
from assistant.client.connection import AsyncClient, Client
from assistant.client.endpoints import ChatEvent
from assistant.client.errors import (
    BrokenOffError,
    ClientError,
    MalformedReplyError,
    MissingError,
    ProblemError,
    RateLimitError,
    UnreachableError,
)

__all__ = [
    "AsyncClient",
    "BrokenOffError",
    "Call",
    "ChatEvent",
    "Client",
    "ClientError",
    "EventCall",
    "FileReply",
    "MalformedReplyError",
    "MissingError",
    "ProblemError",
    "RateLimitError",
    "Request",
    "UnreachableError",
    "endpoints",
]
