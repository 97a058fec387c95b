"""Joining a Ray cluster: its address, its nodes, and what can be wrong with either."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import ray

from assistant.errors import InvalidInputError, UnavailableError

#: Seconds in which a node answers.
_ANSWER = 10.0


@dataclass(frozen=True)
class Node:
    """A node that can be given work.

    Attributes:
        id: As Ray calls it.
        cpus, gpus: How many it offers.
    """

    id: str
    cpus: int
    gpus: int


def join(address: str) -> None:
    """Connect this process to a cluster; `leave` ends that.

    Args:
        address: ``auto`` for the cluster that this machine is a node of, ``HOST:PORT`` of its
            head, or ``local`` for a cluster of this machine alone.

    Raises:
        InvalidInputError: That is no address of a cluster.
        UnavailableError: It does not answer, has other versions, or this machine is no node.
    """
    if address.startswith("ray://"):
        raise InvalidInputError(
            f"{address} is an address for Ray's client, which Trilogue does not use.",
            "Run it on a node of the cluster, and name the head: --ray HOST:6379.",
        )
    if address not in ("auto", "local"):
        _check_answers(address)
    # Ray reports how it is used to its makers unless it is told not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=False if address == "local" else None,
        )
    except Exception as error:  # Ray raises whatever is at hand
        raise _refused(address, error) from error


def leave() -> None:
    """Disconnect; what this process had running on the cluster ends."""
    ray.shutdown()


def nodes() -> Sequence[Node]:
    """The nodes that offer CPUs.

    Raises:
        UnavailableError: There is none.
    """
    found = [
        Node(node["NodeID"], int(node["Resources"]["CPU"]), int(node["Resources"].get("GPU", 0)))
        for node in ray.nodes()  # type: ignore[no-untyped-call]
        if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
    ]
    if not found:
        raise UnavailableError(
            "No node of the Ray cluster offers a CPU.",
            "Start some: ray start --address=HOST:6379",
        )
    return found


def _check_answers(address: str) -> None:
    """Ray itself waits for a minute, and may end the process."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise InvalidInputError(
            f"{address!r} is no address of a Ray cluster.",
            "Say auto, local, or HOST:PORT of the head, as in 10.0.0.5:6379.",
        )
    try:
        socket.create_connection((host, int(port)), _ANSWER).close()
    except (OSError, OverflowError) as error:
        raise UnavailableError(
            f"No Ray cluster answers at {address}: {error}.",
            "Check that 'ray start --head' runs there, and that its port can be reached from here.",
        ) from error


def _refused(address: str, error: Exception) -> UnavailableError:
    said = " ".join(str(error).split())
    if "Version mismatch" in said:
        return UnavailableError(
            f"The Ray cluster at {address} runs other versions: {said}",
            "Install the same Python and the same Ray on every node.",
        )
    return UnavailableError(
        f"The Ray cluster at {address} cannot be joined: {said}",
        "Run it on a node of the cluster: join it with 'ray start --address=HOST:6379'.",
    )
