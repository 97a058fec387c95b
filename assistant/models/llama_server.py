"""The embedded llama.cpp server: a child process that is watched, restarted and never orphaned.

Run as a module, this file is the child: it serves until its standard input closes, which the
operating system does when the parent dies, however it dies.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from assistant.errors import UnavailableError

#: Loading a model of twenty GB from a cold disk.
_START_TIMEOUT = 600.0
_POLL = 0.1
#: Waits between restarts grow to this, so that a broken model does not spin.
_MAX_BACKOFF = 30.0
_READY = "listening "
#: Prompts that have left their slot are kept for the next with the same beginning. llama.cpp's own
#: limit is 8 GiB, which would come unannounced on a machine that is just large enough.
PROMPT_CACHE_BYTES = 2**29


@dataclass(frozen=True)
class Speculation:
    """Drafting without a second model: where the last words stood before, what followed there is
    tried, and kept as far as the model would have written the same. Answers copy their evidence,
    so it often would; what is written does not change (llama.cpp's ``ngram-simple``).

    Attributes:
        matched: Tokens that must have stood before.
        drafted: Tokens that are tried at a time.
    """

    matched: int = 3
    drafted: int = 8


#: As measured (`benchmarks/generation.py`).
_SPECULATION = Speculation()


class LlamaServer:
    """Starts a llama.cpp server in a child process and keeps it running.

    Args:
        model: The GGUF file.
        context: Tokens of context for each slot.
        slots: Requests that are generated at the same time.
        adapter: A GGUF file of low-rank matrices (LoRA) that are added to the model's.
        threads: CPU threads; by default the physical cores.
        speculation: How tokens are drafted; None for not at all.

    Example:
        >>> server = LlamaServer(Path("model.gguf"), context=4096, slots=2)
        >>> server.start()
        >>> server.base_url
        'http://127.0.0.1:41873/v1'
        >>> server.stop()
    """

    def __init__(
        self,
        model: Path,
        context: int,
        slots: int,
        adapter: Path | None = None,
        threads: int | None = None,
        speculation: Speculation | None = _SPECULATION,
    ) -> None:
        self._model = model
        self._context = context
        self._slots = slots
        self._adapter = adapter
        self._threads = threads or psutil.cpu_count(logical=False) or 1
        self._speculation = speculation
        #: Requests without this key are refused, since other local users can reach the port.
        self.api_key = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[str] | None = None
        self._address = ""
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Base URL of the OpenAI-compatible API; changes when the child is restarted."""
        return f"{self._address}/v1"

    @property
    def pid(self) -> int | None:
        """Process id of the running child."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> None:
        """Start the child and wait until it answers.

        Raises:
            UnavailableError: A file is missing, or the child does not come up.
        """
        if not self._model.is_file():
            raise UnavailableError(
                f"The generator's file {self._model} does not exist.",
                "Fetch the models with 'trilogue models pull'.",
            )
        if self._adapter and not self._adapter.is_file():
            raise UnavailableError(
                f"The generator's adapter {self._adapter} does not exist.",
                "Check TRILOGUE_GENERATOR_ADAPTER.",
            )
        self._spawn()
        self._watcher = threading.Thread(target=self._watch, name="llama-watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End the child; waits until it is gone."""
        self._stopping.set()
        # Ended first, the child cannot keep the watcher waiting for it to load its model; ended
        # again, none that the watcher has just started is left.
        _end(self._process)
        if self._watcher:
            self._watcher.join()
        _end(self._process)
        self._process = None

    @property
    def listening(self) -> bool:
        """Whether the child runs and has told its address."""
        return self.pid is not None and bool(self._address)

    def healthy(self) -> bool:
        """Whether the child runs and answers its health check."""
        if not self.listening:
            return False
        try:
            return httpx.get(f"{self._address}/health", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def _spawn(self) -> None:
        command = [sys.executable, "-m", __name__, str(self._model)]
        command += ["--context", str(self._context), "--slots", str(self._slots)]
        command += ["--threads", str(self._threads)]
        if self._adapter:
            command += ["--adapter", str(self._adapter)]
        if self._speculation:
            command += ["--matched", str(self._speculation.matched)]
            command += ["--drafted", str(self._speculation.drafted)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"LLAMA_API_KEY": self.api_key},
            # Ctrl-C in the terminal is the parent's to handle; it then stops the child.
            start_new_session=True,
        )
        self._process = process
        timer = threading.Timer(_START_TIMEOUT, process.kill)
        timer.start()
        try:
            assert process.stdout is not None
            line = next((x for x in process.stdout if x.startswith(_READY)), None)
        finally:
            timer.cancel()
        if line is None:
            _end(process)
            files = " with ".join(file.name for file in (self._model, self._adapter) if file)
            raise UnavailableError(
                f"llama.cpp could not load {files}.",
                "Check the file with 'trilogue doctor' and the free memory of the machine"
                + (", and that the adapter was made for this model." if self._adapter else "."),
            )
        self._address = line.removeprefix(_READY).strip()

    def _watch(self) -> None:
        backoff = _POLL
        while not self._stopping.wait(_POLL):
            if self.pid is not None:
                backoff = _POLL
                continue
            self._address = ""
            if self._stopping.wait(backoff):
                return
            try:
                self._spawn()
            except (UnavailableError, OSError):
                backoff = min(_MAX_BACKOFF, backoff * 4)


def _end(process: subprocess.Popen[str] | None) -> None:
    if process is None:
        return
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _exit_with(parent_pipe: Callable[[], str]) -> None:
    """End this process, at once, when the parent's end of the pipe closes."""
    while parent_pipe():
        pass
    os._exit(0)


def _serve() -> None:
    import xllamacpp  # only the child loads llama.cpp

    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--adapter")
    parser.add_argument("--matched", type=int)
    parser.add_argument("--drafted", type=int)
    arguments = parser.parse_args()
    threading.Thread(target=_exit_with, args=(sys.stdin.readline,), daemon=True).start()

    params = xllamacpp.CommonParams()
    params.model.path = arguments.model
    if arguments.adapter:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(arguments.adapter)]
    params.n_ctx = arguments.context * arguments.slots
    params.n_parallel = arguments.slots
    params.cache_ram_mib = PROMPT_CACHE_BYTES // 2**20
    params.cpuparams.n_threads = arguments.threads
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [os.environ.pop("LLAMA_API_KEY")]
    params.ui = False
    if arguments.matched:
        params.speculative.types = [
            xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE
        ]
        params.speculative.ngram_simple.size_n = arguments.matched
        params.speculative.ngram_simple.size_m = arguments.drafted
    server = xllamacpp.Server(params)
    print(f"{_READY}{server.listening_address}", flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    _serve()
