"""People who ask at the chat page, many at the same time: its addresses without a browser."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence

import httpx

#: Seconds between two events of a reply, at most.
_TIMEOUT = 300


async def _nothing() -> None:
    pass


async def ask_at_once(
    address: str, questions: Sequence[str], asked: Callable[[], Awaitable[None]] = _nothing
) -> list[str]:
    """Ask each question as another person; what each is shown in the end, as HTML.

    Args:
        address: The chat page's.
        questions: One for each person.
        asked: Called when all have asked, and before anybody reads a reply.
    """
    config = httpx.get(f"{address}config").json()
    ask = next(d["id"] for d in config["dependencies"] if d["api_name"] == "ask")
    people = [httpx.AsyncClient(base_url=address, timeout=_TIMEOUT) for _ in questions]
    try:
        pairs = enumerate(zip(people, questions, strict=True))
        replies = await asyncio.gather(*(_ask(p, q, ask, f"session{n}") for n, (p, q) in pairs))
        await asked()
        shown = (_shown(p, reply) for p, reply in zip(people, replies, strict=True))
        return await asyncio.gather(*shown)
    finally:
        await asyncio.gather(*(person.aclose() for person in people))


async def _ask(person: httpx.AsyncClient, question: str, event: int, session: str) -> str:
    """Ask; the address at which the reply is followed."""
    await person.get("")
    body = {"data": [question, None], "fn_index": event, "session_hash": session}
    (await person.post("gradio_api/queue/join", json=body)).raise_for_status()
    async with person.stream(
        "GET", "gradio_api/queue/data", params={"session_hash": session}
    ) as events:
        async for line in events.aiter_lines():
            if "process_completed" in line:
                found = re.search(r"/replies/\w+", json.dumps(json.loads(line[5:])))
                assert found, line
                return found[0]
    raise AssertionError("the page does not take the question")


async def _shown(person: httpx.AsyncClient, reply: str) -> str:
    async with person.stream("GET", reply) as events:
        async for line in events.aiter_lines():
            if line.startswith("data:") and (event := json.loads(line[5:]))["done"]:
                return str(event["html"])
    raise AssertionError("the reply does not end")
