"""Building the search structures of a Qdrant Edge shard in a process of its own.

    python -m assistant.index.edge_build SHARD

The engine keeps Python's global lock for as long as it builds: in the process of a service nothing
else would happen, for minutes or longer.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import qdrant_edge as edge

_log = logging.getLogger(__name__)

#: Seconds between looks at whether it is to stop.
_LOOK = 0.2
_PR_SET_PDEATHSIG = 1
#: Readers go first.
_NICE = 10


def build_apart(shard: Path, stop: Event | None = None) -> bool:
    """Build, in a child process.

    Args:
        shard: The engine's files, which no process has open.
        stop: When it is set, building ends.

    Returns:
        Whether it is done. The log says why not.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", __name__, str(shard)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with child:
        while True:
            try:
                _, told = child.communicate(timeout=_LOOK)
                break
            except subprocess.TimeoutExpired:
                if stop and stop.is_set():
                    child.kill()
                    _log.info("The search structures of %s are built another time.", shard.parent)
                    return False
    if child.returncode:
        last = told.decode(errors="replace").strip().rpartition("\n")[2]
        reason = last or f"exit code {child.returncode}"
        _log.error("The search structures of %s were not built: %s", shard.parent, reason)
    return child.returncode == 0


def main() -> None:
    """Build, for as long as the parent is there."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(_NICE)
    shard = edge.EdgeShard.load(sys.argv[1])
    shard.optimize()
    shard.flush()
    shard.close()


if __name__ == "__main__":
    main()
