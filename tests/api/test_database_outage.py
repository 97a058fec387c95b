"""A database that goes away and returns: what was accepted is there, what was not was refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from api_library import QUESTION
from fastapi.testclient import TestClient
from postgres_server import PostgresServer

from assistant.storage.database import Database
from assistant.storage.records import Records

CHAT = {"messages": [{"role": "user", "content": QUESTION}]}


@pytest.fixture
def records(postgres: PostgresServer) -> Iterator[Records]:
    records = Records.over(Database(postgres.empty()))
    yield records
    records.close()


def test_no_accepted_feedback_is_lost_when_the_database_goes_away(
    api: TestClient, records: Records, postgres: PostgresServer
) -> None:
    reply_id = api.post("/v1/chat", json=CHAT).json()["id"]
    accepted: list[str] = []
    refused: list[int] = []
    over = threading.Event()

    def give(number: int) -> None:
        for i in range(10_000):
            if over.is_set():
                return
            body = {"reply_id": reply_id, "rating": "up", "comment": f"{number}/{i}"}
            response = api.post("/v1/feedback", json=body)
            if response.status_code == 201:
                accepted.append(body["comment"])
            else:
                refused.append(response.status_code)
                assert int(response.headers["retry-after"]) > 0
                time.sleep(0.05)

    readers = [threading.Thread(target=give, args=(number,)) for number in range(3)]
    for reader in readers:
        reader.start()
    wait_until(lambda: len(accepted) >= 10)
    postgres.stop()
    try:
        wait_until(lambda: len(refused) >= 3)
        before = len(accepted)
    finally:
        postgres.start()
    wait_until(lambda: len(accepted) >= before + 10)
    over.set()
    for reader in readers:
        reader.join()
    assert set(refused) == {503}
    stored = {record.comment for record in records.feedback.list(None, 1_000_000, 0)}
    assert set(accepted) <= stored


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
