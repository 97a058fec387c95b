"""A crew of actors: what is lost is done again, within bounds, and nobody waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ray.exceptions import (
    ActorDiedError,
    ObjectStoreFullError,
    OutOfMemoryError,
    RayActorError,
    RayTaskError,
)

from assistant.errors import UnavailableError
from ingest import ray_crew
from ingest.ray_crew import Crew, LostWorkersError
from ingest.ray_reading import Introduction

HERE = Introduction("here", "1.0", 7)


class Ref:
    """A result that is there at once: what the work gives, or raises."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work


class Actor:
    """Introduces itself, and does its work where it is asked for the result."""

    def __init__(self, work: Callable[[Any], Any], welcome: Introduction = HERE) -> None:
        self.introduce = SimpleNamespace(remote=lambda: Ref(lambda: welcome))
        self.do = SimpleNamespace(remote=lambda given: Ref(lambda: work(given)))


class FakeRay:
    """Ray's calls that a crew makes; ``lost`` makes waiting fail, as without a cluster."""

    lost = False

    def wait(
        self, refs: list[Ref], num_returns: int, timeout: float
    ) -> tuple[list[Ref], list[Ref]]:
        if self.lost:
            raise ConnectionError("no head")
        return refs[:num_returns], refs[num_returns:]

    def get(self, ref: Ref) -> Any:
        return ref.work()

    def kill(self, actor: Actor) -> None:
        pass


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    fake = FakeRay()
    monkeypatch.setattr(ray_crew, "ray", fake)
    return fake


@pytest.fixture
def crew_of(cluster: FakeRay) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def start(*makers: Callable[[], Actor], accept: Callable[[Any], None] = lambda _: None) -> Crew:
        crews.append(Crew(list(makers), accept))
        crews[-1].start(1.0)
        return crews[-1]

    yield start
    for crew in crews:
        crew.close()


def dies(_: Any) -> Any:
    raise ActorDiedError


def test_a_call_whose_worker_is_lost_is_made_again_of_its_replacement(
    crew_of: Callable[..., Crew],
) -> None:
    works = iter([dies, dies, lambda given: 2 * given])
    crew = crew_of(lambda: Actor(next(works)))
    assert crew.submit("do", lambda: (21,)).result(10) == 42


def test_a_call_that_costs_one_worker_after_another_fails_alone(
    crew_of: Callable[..., Crew],
) -> None:
    def work(given: Any) -> Any:
        return dies(given) if given == "poison" else given

    crew = crew_of(lambda: Actor(work), lambda: Actor(work))
    bad, good = (crew.submit("do", lambda g=given: (g,)) for given in ("poison", "good"))  # type: ignore[misc]
    with pytest.raises(LostWorkersError, match="3 workers were lost with it"):
        bad.result(10)
    assert good.result(10) == "good"


def test_what_a_call_is_made_of_may_be_gone(crew_of: Callable[..., Crew]) -> None:
    def gone() -> tuple[Any, ...]:
        raise FileNotFoundError("a.md")

    with pytest.raises(FileNotFoundError):
        crew_of(lambda: Actor(lambda given: given)).submit("do", gone).result(10)


def test_a_worker_that_is_not_accepted_ends_the_start(crew_of: Callable[..., Crew]) -> None:
    def refuse(worker: Introduction) -> None:
        raise UnavailableError(f"{worker.host} differs.")

    with pytest.raises(UnavailableError, match="here differs"):
        crew_of(lambda: Actor(dies), accept=refuse)


def test_what_a_worker_lacks_is_told_in_its_own_words(crew_of: Callable[..., Crew]) -> None:
    lacks = UnavailableError("The embedder is not in /models.", "Run 'trilogue models pull'.")
    raised = RayTaskError("introduce", "a traceback", lacks).as_instanceof_cause()

    def refuse(_: Introduction) -> None:
        raise raised

    with pytest.raises(UnavailableError) as told:
        crew_of(lambda: Actor(dies), accept=refuse)
    assert told.value.message == (
        "A worker of the Ray cluster cannot take part: The embedder is not in /models."
    )
    assert told.value.hint == "On each node: Run 'trilogue models pull'."


def test_without_a_worker_that_may_join_the_calls_end(crew_of: Callable[..., Crew]) -> None:
    accepted: list[Introduction] = []

    def accept_one(worker: Introduction) -> None:
        if accepted:
            raise UnavailableError("differs")
        accepted.append(worker)

    crew = crew_of(lambda: Actor(dies), accept=accept_one)
    with pytest.raises(UnavailableError, match="No worker is left"):
        crew.submit("do", lambda: (1,)).result(10)


def test_where_the_cluster_is_gone_nobody_waits(
    crew_of: Callable[..., Crew], cluster: FakeRay
) -> None:
    crew = crew_of(lambda: Actor(lambda given: given))
    cluster.lost = True
    with pytest.raises(UnavailableError, match="The Ray cluster is lost: no head"):
        crew.submit("do", lambda: (1,)).result(10)
    while crew._broken is None:
        time.sleep(0.01)
    with pytest.raises(UnavailableError, match="The Ray cluster is lost"):
        crew.submit("do", lambda: (1,)).result(10)


def test_a_worker_that_was_killed_for_memory_is_replaced(
    crew_of: Callable[..., Crew],
) -> None:
    made: list[int] = []

    def make() -> Actor:
        made.append(1)
        return Actor(out_of_memory if len(made) == 1 else str)

    assert crew_of(make).submit("do", lambda: (7,)).result(10) == "7"
    assert len(made) == 2


def test_what_takes_all_memory_is_given_up_and_it_is_said_what_to_do(
    crew_of: Callable[..., Crew],
) -> None:
    result = crew_of(lambda: Actor(out_of_memory)).submit("do", lambda: (7,))
    with pytest.raises(LostWorkersError, match="TRILOGUE_RAY_READERS"):
        result.result(10)


def out_of_memory(_: Any) -> Any:
    raise OutOfMemoryError("Task was killed due to the node running low on memory.")


def test_a_call_that_cannot_be_sent_fails_alone(crew_of: Callable[..., Crew]) -> None:
    actor = Actor(str)
    send = actor.do.remote

    def full(given: Any) -> Ref:
        if given == 1:
            raise ObjectStoreFullError
        return send(given)

    actor.do.remote = full
    crew = crew_of(lambda: actor)
    results = [crew.submit("do", lambda i=i: (i,)) for i in range(3)]
    assert [results[i].result(10) for i in (0, 2)] == ["0", "2"]
    with pytest.raises(UnavailableError, match="disk"):
        results[1].result(10)


def test_it_is_told_why_a_worker_cannot_be_made(crew_of: Callable[..., Crew]) -> None:
    told = "The actor died because of an error raised in its creation task,\n  File x\n"
    error = RayActorError(
        "a", "\x1b[36mray::Reader\x1b[39m " + told + "ModuleNotFoundError: regex\n", True
    )

    def fails() -> Any:
        raise error

    def make() -> Actor:
        actor = Actor(str)
        actor.introduce.remote = lambda: Ref(fails)
        return actor

    with pytest.raises(UnavailableError, match="cannot start: ModuleNotFoundError: regex"):
        crew_of(make)
