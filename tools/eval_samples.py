"""Measure this checkout on the sample corpus, and write the report to docs/reports.

    python tools/eval_samples.py NAME [--chats 60] [--run FOLDER]

Ingests each language's samples into a collection of its own, so that all nine directions can be
asked, in a temporary data folder; starts the service there; runs the suite ``samples-core`` (all
searches, so many chats) two requests at a time; writes docs/reports/NAME.html, .md and .json.
``--run`` keeps the run, with every raw reply, and continues it if it is there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
TRILOGUE = str(Path(sys.executable).with_name("trilogue"))
START_TIMEOUT = 300


def main() -> None:
    """Ingest, serve, ask, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("name")
    parser.add_argument("--chats", default="60")
    parser.add_argument("--run", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environment = os.environ | {"TRILOGUE_DATA_DIR": str(folder / "data")}
        environment.pop("TRILOGUE_API_URL", None)
        for language in ("ko", "ar", "en"):
            own = folder / language
            own.mkdir()
            for path in ROOT.glob(f"samples/*.{language}.*"):
                shutil.copy(path, own)
            trilogue(environment, "ingest", str(own), "--collection", f"samples-{language}")
        run = str(arguments.run or folder / "run")
        with service(environment) as url:
            collections = ("--collections", "samples-{language}")
            chats = ("--chats", arguments.chats)
            trilogue(environment, "eval", "check", "samples-core", "--url", url)
            trilogue(
                environment, "eval", "run", "samples-core", "--url", url, "--out", run,
                *collections, *chats,
            )  # fmt: skip
        to = ("--to", str(ROOT / "docs" / "reports"), "--name", arguments.name)
        trilogue(environment, "eval", "report", run, *to)


def trilogue(environment: dict[str, str], *arguments: str) -> None:
    """Run a command of the CLI; it must succeed."""
    subprocess.run([TRILOGUE, *arguments], env=environment, check=True)


@contextmanager
def service(environment: dict[str, str]) -> Iterator[str]:
    """The service on a free port, once it is ready; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([TRILOGUE, "serve", "--port", str(port)], env=environment)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not _ready(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The service did not start; the messages above say why.")
            time.sleep(1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()
