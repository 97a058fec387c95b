"""The rate of requests a minute: one for all replicas over one PostgreSQL database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from postgres_server import PostgresServer
from sqlalchemy import text

from assistant.api.rates import RequestRates
from assistant.storage.database import Database
from assistant.storage.records import Records


@pytest.fixture
def replicas(postgres: PostgresServer) -> Iterator[list[Records]]:
    """Three replicas' stores, at a time when the minute does not end within the test."""
    time.sleep(max(0.0, time.time() % 60 - 50))
    url = postgres.empty()
    with ExitStack() as opened:
        replicas = [Records.over(Database(url)) for _ in range(3)]
        for replica in replicas:
            opened.callback(replica.close)
        yield replicas


def hits(rates: RequestRates, count: int, limit: int = 5) -> list[bool]:
    """Which of so many requests may pass."""

    async def ask() -> list[bool]:
        return [(await rates.hit("key", limit)).allowed for _ in range(count)]

    return asyncio.run(ask())


def test_replicas_count_together(replicas: list[Records]) -> None:
    rates = [RequestRates(replica.rates) for replica in replicas]
    told = [asyncio.run(rates[i % 3].hit("key", 5)) for i in range(7)]
    assert [rate.allowed for rate in told] == [True] * 5 + [False] * 2
    assert [rate.remaining for rate in told] == [4, 3, 2, 1, 0, 0, 0]
    assert all(1 <= rate.reset <= 60 for rate in told)
    assert asyncio.run(rates[0].hit("another", 5)).allowed


def test_requests_at_the_same_time_are_none_too_many(replicas: list[Records]) -> None:
    stores = [replica.rates for replica in replicas]
    with ThreadPoolExecutor(6) as pool:
        told = pool.map(lambda i: stores[i % 3].hit("key", 30).allowed, range(60))  # type: ignore[union-attr]
        assert sum(told) == 30


def test_the_minute_before_counts_by_its_share_and_none_before_that(
    replicas: list[Records],
) -> None:
    rates = replicas[0].rates
    assert rates is not None
    rates.hit("key", 1000)

    def moved(minutes: int, requests: int) -> int:
        """What is left when the last requests were so many minutes ago."""
        with replicas[1].database.session() as session:
            session.execute(
                text("UPDATE api_rates SET minute = minute - :m, requests = :r"),
                {"m": minutes, "r": requests},
            )
        rate = rates.hit("key", 1000)
        assert rate.allowed
        return rate.remaining

    left = 1 - time.time() % 60 / 60
    assert moved(1, 800) == pytest.approx(1000 - 800 * left - 1, abs=50)
    assert moved(2, 800) == 999


def test_a_limit_that_the_minute_before_used_up_says_when_the_next_request_may_come(
    replicas: list[Records],
) -> None:
    rates = replicas[0].rates
    assert rates is not None
    rates.hit("key", 100)
    with replicas[0].database.session() as session:
        session.execute(text("UPDATE api_rates SET minute = minute - 1, requests = 10000"))
    refused = rates.hit("key", 100)
    assert (refused.allowed, refused.remaining, refused.reset) == (False, 0, 1)


def test_each_replica_counts_by_itself_while_the_database_is_away(
    replicas: list[Records], postgres: PostgresServer
) -> None:
    rates = RequestRates(replicas[0].rates)
    assert hits(rates, 2) == [True, True]
    postgres.stop()
    try:
        assert hits(rates, 6) == [True] * 5 + [False]
    finally:
        postgres.start()
    assert asyncio.run(rates.hit("key", 5)).remaining == 4, "a crash forgets what was counted"


def test_a_service_with_a_database_to_itself_writes_nothing(records: Records) -> None:
    assert records.rates is None
    assert hits(RequestRates(records.rates), 6) == [True] * 5 + [False]
