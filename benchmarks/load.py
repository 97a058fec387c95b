"""How the service bears many clients at once: ``python benchmarks/load.py [SECONDS]``.

Starts ``trilogue serve`` with the real models over the sample corpus (in ``TRILOGUE_DATA_DIR``
where that is set, else in a folder that goes away), and for two minutes (or
``SECONDS``) lets 200 clients search and 20 chat on loopback, each asking again as soon as it is
answered. Ends with an error when a response is neither 200 nor a declared refusal (429, 503 with
Retry-After), when the slowest hundredth of the searches takes more than ten times the median, or
when the service grows after it has warmed up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import httpx
import psutil

from assistant.api.announcement import running_service
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
TRILOGUE = [sys.executable, "-c", "from assistant.commands.app import app; app()"]
SEARCHERS, CHATTERS = 200, 20
#: Seconds until what the service allocates once is allocated.
WARM_UP = 30
#: Seconds after the end until which requests may still be answered; then they are given up.
GRACE = 60
#: MiB that the service may grow by after that: what allocators keep back goes up and down.
GROWTH = 100
QUESTIONS = (
    "교류 학생의 월 생활비 지원액은 한국에서 얼마인가요?",
    "كم تبلغ المكافأة الشهرية لطلاب التبادل في كوريا؟",
    "How much is the monthly stipend for exchange students in Korea?",
    "오픈소스 공개는 누가 승인하나요?",
    "من يوافق على نشر الشيفرة المصدرية؟",
    "Who may use AI tools in coursework?",
    "이의신청은 며칠 안에 해야 하나요?",
    "كم يوما لتقديم الاعتراض؟",
    "How long is research data kept?",
)


@dataclass
class Tally:
    """What one kind of client was answered: responses by status, seconds of the good ones."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, response: httpx.Response | httpx.HTTPError, seconds: float) -> bool:
        """Count a response; whether it is a refusal."""
        if isinstance(response, httpx.HTTPError):
            self.statuses[type(response).__name__] += 1
            return False
        refused = response.status_code in (429, 503) and "retry-after" in response.headers
        self.statuses[f"{response.status_code}{' refused' if refused else ''}"] += 1
        if response.status_code == 200:
            self.seconds.append(seconds)
        return refused

    @property
    def errors(self) -> int:
        """Responses that are neither good nor declared refusals."""
        return sum(n for s, n in self.statuses.items() if s != "200" and "refused" not in s)

    def percentile(self, share: float) -> float:
        """Seconds that this share of the good responses took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def told(self, name: str, seconds: float) -> str:
        """One line."""
        return (
            f"{name}: {len(self.seconds) / seconds:.1f} good/s, median "
            f"{self.percentile(0.5):.2f} s, 99 % within {self.percentile(0.99):.2f} s, "
            f"responses {dict(self.statuses)}"
        )


@contextmanager
def serving() -> Iterator[tuple[str, psutil.Process]]:
    """The service on a free port; its URL and process."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(os.environ.get("TRILOGUE_DATA_DIR", scratch))
        environment = os.environ | {"TRILOGUE_DATA_DIR": str(folder), "TRILOGUE_LOG_LEVEL": "error"}
        ingest = [*TRILOGUE, "ingest", str(ROOT / "samples")]
        subprocess.run(ingest, env=environment, check=True, stdout=subprocess.DEVNULL)
        with (
            Path(scratch, "log").open("w+") as log,
            subprocess.Popen(
                [*TRILOGUE, "serve", "--port", "0"], env=environment, stderr=log
            ) as process,
        ):
            try:
                yield _announced(process, folder), psutil.Process(process.pid)
            finally:
                process.terminate()
                process.wait()
                log.seek(0)
                print(log.read()[-2000:], file=sys.stderr)


def _announced(process: subprocess.Popen[bytes], folder: Path) -> str:
    """The service's URL, when it listens."""
    settings = Settings(data_dir=folder, api_url=None, _env_file=None)
    while process.poll() is None:
        if service := running_service(settings):
            return service.url
        time.sleep(0.5)
    raise RuntimeError("The service did not start.")


async def client(
    http: httpx.AsyncClient, path: str, first: int, until: float, tally: Tally
) -> None:
    """Ask one question after another until the time is over."""
    for question in cycle(islice(cycle(QUESTIONS), first, first + len(QUESTIONS))):
        if (began := time.monotonic()) > until:
            return
        body = (
            {"query": question, "top_k": 10}
            if path == "/v1/search"
            else {"messages": [{"role": "user", "content": question}]}
        )
        try:
            response: httpx.Response | httpx.HTTPError = await http.post(path, json=body)
        except httpx.HTTPError as error:
            response = error
        if tally.add(response, time.monotonic() - began):
            await asyncio.sleep(1)


async def memory(service: psutil.Process, until: float) -> list[tuple[float, float]]:
    """MiB of the service itself by seconds since the start; the llama.cpp child is apart."""
    began, seen = time.monotonic(), []
    while time.monotonic() < until:
        seen.append((time.monotonic() - began, service.memory_info().rss / 2**20))
        await asyncio.sleep(1)
    return seen


async def load(url: str, service: psutil.Process, seconds: float) -> bool:
    """Let the clients ask; whether all held."""
    searches, chats = Tally(), Tally()
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=400, limits=limits) as http:
        watched = asyncio.create_task(memory(service, until))
        clients = [
            *(client(http, "/v1/search", i, until, searches) for i in range(SEARCHERS)),
            *(client(http, "/v1/chat", i, until, chats) for i in range(CHATTERS)),
        ]
        tasks = [asyncio.create_task(one) for one in clients]
        _, waiting = await asyncio.wait(tasks, timeout=seconds + GRACE)
        for task in waiting:
            task.cancel()
        print(f"given up {GRACE} s after the end: {len(waiting)} requests")
    sizes = await watched
    warm = [size for at, size in sizes if at >= WARM_UP]
    before, after = statistics.median(warm[:10]), statistics.median(warm[-10:])
    spread = searches.percentile(0.99) / searches.percentile(0.5)
    print(searches.told(f"{SEARCHERS} searching", seconds))
    print(chats.told(f"{CHATTERS} chatting", seconds))
    print(f"99th percentile of searches / median: {spread:.1f} (wanted at most 10)")
    print(f"memory of the service: {before:.0f} MiB after {WARM_UP} s, {after:.0f} MiB at the end")
    errors = searches.errors + chats.errors
    print(f"errors that are no declared refusals: {errors} (wanted 0)")
    return errors == 0 and spread <= 10 and after - before < GROWTH and bool(chats.seconds)


def main() -> None:
    # Ended from outside, the service is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    load_before = os.getloadavg()[0]
    with serving() as (url, service):
        held = asyncio.run(load(url, service, seconds))
    print(f"(load of the machine before: {load_before:.1f}, {os.cpu_count()} cores)")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
