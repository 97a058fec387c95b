"""Server-sent events, as the API and the page write them.

Imports nothing of the project, so that the page may have it without the service.
"""

from __future__ import annotations

from collections.abc import AsyncIterable

from fastapi.sse import format_sse_event
from pydantic import BaseModel
from starlette.responses import StreamingResponse


def event_stream(events: AsyncIterable[bytes]) -> StreamingResponse:
    """The response that sends events, each made by `sse`, as they come."""
    # Proxies must not hold events back.
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def sse(
    data: BaseModel | str | None = None,
    name: str | None = None,
    *,
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    """One event, or what stands in its place.

    Args:
        data: What it says: a model, sent as JSON, or a text.
        name: Of its kind, one line.
        retry: Milliseconds after which a browser whose connection broke comes back.
        comment: Read by nobody: a sign of life.
    """
    text = data.model_dump_json() if isinstance(data, BaseModel) else data
    return format_sse_event(data_str=text, event=name, retry=retry, comment=comment)
