"""Actors of a Ray cluster that do the same work: fed, replaced, and their work done again."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event, RLock, Thread
from typing import Any

import ray
import regex
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayActorError,
    RayError,
    RayTaskError,
    WorkerCrashedError,
)

from assistant.errors import TrilogueError, UnavailableError
from ingest.ray_reading import Introduction

_log = logging.getLogger(__name__)

_COLOUR = regex.compile(r"\x1b\[[\d;]*m")

#: Calls that an actor has at most: one that it works on, and the next.
_CALLS = 2
#: Times that a call is tried; what loses so many workers is to blame itself.
_TRIES = 3
#: Seconds between looks for new work while calls are under way.
_TICK = 0.05
#: Seconds without a single worker after which the cluster is given up.
_PATIENCE = 180.0

#: What Ray raises where a worker, its node or a result is gone, through no fault of the call.
_LOST = (
    RayActorError, ObjectLostError, WorkerCrashedError, NodeDiedError, OutOfMemoryError,
)  # fmt: skip
#: … and where the actor itself is gone.
_GONE = (RayActorError, OutOfMemoryError)


class LostWorkersError(TrilogueError):
    """A call whose workers were lost again and again."""

    title = "Workers were lost"


@dataclass
class _Call:
    """A call of a method; its arguments are made when it is sent."""

    method: str
    arguments: Callable[[], tuple[Any, ...]]
    result: Future[Any] = field(default_factory=Future)
    tries: int = 0


class Crew:
    """Actors that do the same work, each with a few calls at a time; the others wait.

    An actor joins when its introduction was accepted. One that is lost, with its node or alone,
    is replaced, and its calls are made again: what they do has to be repeatable.

    Args:
        makers: Each makes one actor, and another one in its place.
        accept: Raises UnavailableError for a worker that cannot take part.
    """

    def __init__(
        self,
        makers: list[Callable[[], Any]],
        accept: Callable[[Introduction], None],
    ) -> None:
        self._accept = accept
        self._lock = RLock()
        self._waiting: deque[_Call] = deque()
        self._under_way: dict[Any, tuple[_Call, Any]] = {}
        self._loads: dict[Any, int] = {}
        self._makers: dict[Any, Callable[[], Any]] = {}
        self._joining: dict[Any, Any] = {}
        self._losses: dict[Callable[[], Any], int] = {}
        self._alone_since = time.monotonic()
        self._broken: UnavailableError | None = None
        self._stop = Event()
        self._thread = Thread(target=self._run, name="crew", daemon=True)
        for make in makers:
            self._engage(make)

    def start(self, seconds: float) -> None:
        """Wait until all have joined.

        Raises:
            UnavailableError: One cannot take part, or they have not come after so many seconds.
        """
        ready, late = ray.wait(list(self._joining), num_returns=len(self._joining), timeout=seconds)
        for ref in ready:
            actor = self._joining.pop(ref)
            try:
                self._accept(ray.get(ref))
            except RayError as error:
                raise _explained(error) from error
            self._loads[actor] = 0
        if late:
            raise UnavailableError(
                f"{len(late)} of {len(late) + len(ready)} workers did not start on the Ray cluster "
                f"within {seconds:.0f} s.",
                "Look at 'ray status' for what they wait for, and at the nodes' logs.",
            )
        self._thread.start()

    def submit(self, method: str, arguments: Callable[[], tuple[Any, ...]]) -> Future[Any]:
        """Begin a call, as soon as an actor is free for it.

        Args:
            method: Which method of the actors.
            arguments: Makes what it is called with, each time that it is sent.
        """
        call = _Call(method, arguments)
        with self._lock:
            self._waiting.append(call)
            self._send()
            self._give_up_in_time()
        return call.result

    def close(self) -> None:
        """Send nothing any more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _engage(self, make: Callable[[], Any]) -> None:
        actor = make()
        self._makers[actor] = make
        self._joining[actor.introduce.remote()] = actor

    def _send(self) -> None:
        while self._waiting and self._loads and self._broken is None:
            actor = min(self._loads, key=self._loads.__getitem__)
            if self._loads[actor] >= _CALLS:
                return
            call = self._waiting.popleft()
            try:
                arguments = call.arguments()
            except Exception as error:  # as a file that is gone: the caller's to explain
                call.result.set_exception(error)
                continue
            try:
                ref = getattr(actor, call.method).remote(*arguments)
            except RayError as error:  # as an object store without room
                call.result.set_exception(
                    UnavailableError(
                        f"A file cannot be sent to the Ray cluster: {_told_line(error)}",
                        "Look at the memory and the disk of this machine; run it again then.",
                    )
                )
                continue
            call.tries += 1
            self._loads[actor] += 1
            self._under_way[ref] = call, actor

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # whoever waits for a result must not wait forever
            _log.exception("The Ray cluster is lost")
            with self._lock:
                self._broken = UnavailableError(
                    f"The Ray cluster is lost: {_told_line(error)}",
                    "Run it again when the cluster is back: what is written stays.",
                )
                for call, _ in self._under_way.values():
                    if not call.result.done():
                        call.result.set_exception(self._broken)
                self._give_up_in_time()

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                refs = [*self._under_way, *self._joining]
            if not refs:
                self._stop.wait(_TICK)
            else:
                for ref in ray.wait(refs, num_returns=1, timeout=_TICK)[0]:
                    with self._lock:
                        self._joined(ref) if ref in self._joining else self._done(ref)
            with self._lock:
                self._send()
                self._give_up_in_time()

    def _done(self, ref: Any) -> None:
        call, actor = self._under_way[ref]  # until it is seen to: who fails here fails it, too
        if actor in self._loads:
            self._loads[actor] -= 1
        self._see_to(ref, call, actor)
        del self._under_way[ref]

    def _see_to(self, ref: Any, call: _Call, actor: Any) -> None:
        """Hand out a result, or do the call again."""
        try:
            call.result.set_result(ray.get(ref))
        except RayTaskError as error:
            cause = error.cause
            call.result.set_exception(cause if isinstance(cause, Exception) else error)
        except _LOST as error:
            _log.warning("A worker of the Ray cluster was lost: %s", _told_line(error))
            if call.tries < _TRIES:
                self._waiting.appendleft(call)
            else:
                call.result.set_exception(
                    LostWorkersError(
                        f"{_TRIES} workers were lost with it: {_told_line(error)}",
                        "Where memory ran out: fewer TRILOGUE_RAY_READERS and "
                        "TRILOGUE_RAY_EMBEDDERS."
                        if isinstance(error, OutOfMemoryError)
                        else "",
                    )
                )
            if isinstance(error, _GONE):
                self._replace(actor)
        except RayError as error:
            call.result.set_exception(_explained(error))

    def _replace(self, actor: Any) -> None:
        make = self._makers.pop(actor, None)
        if make is None:
            return  # its other call has told already
        self._loads.pop(actor, None)
        if not self._loads:
            self._alone_since = time.monotonic()
        ray.kill(actor)  # where it is only out of reach, it must not come back beside another
        self._engage(make)

    def _joined(self, ref: Any) -> None:
        """A replacement has come, or not."""
        actor = self._joining.pop(ref)
        make = self._makers[actor]
        try:
            self._accept(ray.get(ref))
        except _LOST as error:
            self._losses[make] = self._losses.get(make, 0) + 1
            _log.warning("A worker did not start: %s", _told_line(error))
            del self._makers[actor]
            if self._losses[make] < _TRIES:
                self._engage(make)
        except (RayError, UnavailableError) as error:
            _log.warning("A worker cannot take part: %s", _explained(error))
            del self._makers[actor]
            ray.kill(actor)
        else:
            self._loads[actor] = 0

    def _give_up_in_time(self) -> None:
        if self._broken is None:
            waited = time.monotonic() - self._alone_since
            if self._loads or (self._joining and waited < _PATIENCE):
                return
        while self._waiting:
            error = self._broken or UnavailableError(
                "No worker is left on the Ray cluster.",
                "Start nodes, and run it again: what is written stays.",
            )
            call = self._waiting.popleft()
            if not call.result.done():
                call.result.set_exception(error)


def _explained(error: RayError | UnavailableError) -> UnavailableError:
    """What is wrong with a worker, in its own words where it said some."""
    # Ray's error for what a worker raised is of the class of that, too.
    cause = error.cause if isinstance(error, RayTaskError) else None
    if isinstance(error, UnavailableError) and cause is None:
        return error
    if isinstance(cause, UnavailableError):
        return UnavailableError(
            f"A worker of the Ray cluster cannot take part: {cause.message}",
            f"On each node: {cause.hint}",
        )
    return UnavailableError(
        f"A worker of the Ray cluster cannot start: {cause or _told_line(error)}",
        "Install the same version of Trilogue, with its extra ray, on every node.",
    )


def _told_line(error: Exception) -> str:
    """The line that says what happened: of a worker that could not be made the last one, where
    its own error stands."""
    lines = [line for line in _COLOUR.sub("", str(error)).splitlines() if line.strip()]
    in_creation = isinstance(error, RayActorError) and error.actor_init_failed
    return lines[-1 if in_creation else 0].strip() if lines else type(error).__name__
