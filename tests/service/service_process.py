"""The service in a process of its own, as ``trilogue serve`` runs it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from live import unused_port

TRILOGUE = str(Path(sys.executable).with_name("trilogue"))
#: Seconds until the models are loaded, at most.
_START = 300


class ServiceProcess:
    """The service over a data folder, with the real models.

    Args:
        environment: Its environment variables; ``TRILOGUE_DATA_DIR`` among them.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._port = unused_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, on the same port each time, and wait until it is ready."""
        with (Path(self.environment["TRILOGUE_DATA_DIR"]) / "service.log").open("a") as log:
            self.process = subprocess.Popen(
                [TRILOGUE, "serve", "--port", str(self._port)], env=self.environment, stderr=log
            )
        deadline = time.monotonic() + _START
        while not self.ready():
            assert self.process.poll() is None, f"the service ended; see {log.name}"
            assert time.monotonic() < deadline, "the service does not get ready"
            time.sleep(0.2)

    def ready(self) -> bool:
        """Whether it says that it is ready."""
        try:
            return httpx.get(f"{self.url}/readyz").is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it without asking."""
        self.process.kill()
        self.process.wait()

    def children(self) -> list[psutil.Process]:
        """The processes that it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def llama(self) -> psutil.Process:
        """The llama.cpp child."""
        return next(c for c in self.children() if "llama_server" in " ".join(c.cmdline()))

    @contextmanager
    def speechless(self) -> Iterator[None]:
        """Hold the generator's process: what is asked meanwhile stays in generation."""
        llama = self.llama()
        llama.suspend()
        try:
            yield
        finally:
            llama.resume()
