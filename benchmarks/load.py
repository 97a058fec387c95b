"""How the service bears many clients at once, and for hours: ``python benchmarks/load.py``.

Starts ``trilogue serve`` with the real models over the sample corpus (in ``TRILOGUE_DATA_DIR``
where that is set, else in a folder that goes away), and for two minutes lets 200 clients search and
20 chat on loopback, each asking again as soon as it is answered. Ends with an error when a response
is neither 200 nor a declared refusal (429, 503 with Retry-After), when the slowest hundredth of the
searches takes more than ten times the median, or when the service or its llama.cpp child grows
after the first quarter of the time.

A soak is fewer clients with pauses, for hours, with documents that come, change and go beside them:

    TRILOGUE_ANSWER_CACHE=0 python benchmarks/load.py --seconds 7200 --searchers 6 --chatters 2 \\
        --pause 10 --documents 60

A document is sent every so many seconds, then sent again with another rule, then deleted. Each time
it is searched for: that its new rule is not found, or an old one still is, is an error, too.
Without the answer cache the generator writes each answer anew.
"""

from __future__ import annotations

import argparse
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
from dataclasses import dataclass, field, fields
from itertools import cycle, islice
from pathlib import Path

import httpx
import psutil

from assistant.api.announcement import running_service
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
TRILOGUE = [sys.executable, "-c", "from assistant.commands.app import app; app()"]
#: Seconds after the end until which requests may still be answered; then they are given up.
GRACE = 60
#: MiB that a process may grow by after that: what allocators keep back goes up and down.
GROWTH = 100
#: Seconds within which a document that is sent has to be ingested.
INGESTED_WITHIN = 120
ARTICLES = 12
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


@dataclass(frozen=True)
class Load:
    """Who asks, and for how long.

    Attributes:
        seconds: How long.
        searchers, chatters: Clients of each kind.
        pause: Seconds between an answer and the client's next question.
        documents: Seconds between two documents that are sent or deleted; 0 for none.
    """

    seconds: float
    searchers: int
    chatters: int
    pause: float
    documents: float


@dataclass
class Documents:
    """What became of the documents that were sent, changed and deleted: by what was done, how
    often, and what went wrong."""

    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


async def client(
    http: httpx.AsyncClient, path: str, first: int, until: float, pause: float, tally: Tally
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
        refused = tally.add(response, time.monotonic() - began)
        await asyncio.sleep(max(pause, float(refused)))


async def documents(
    http: httpx.AsyncClient, every: float, until: float, happened: Documents
) -> None:
    """Send a document, send it changed, delete it, and begin anew with another one. Their numbers
    are not those of an earlier run that was ended, whose last document may still be there."""
    first = 3 * int(time.time())
    for number, step in enumerate(cycle(("sent", "changed", "deleted")), first):
        if time.monotonic() > until:
            return
        began = time.monotonic()
        try:
            await _document(http, number, step)
            happened.done[step] += 1
            happened.seconds.append(time.monotonic() - began)
        except (httpx.HTTPError, RuntimeError, TimeoutError) as error:
            happened.wrong.append(f"{step} {number - first}: {type(error).__name__}: {error}")
        await asyncio.sleep(max(0.0, began + every - time.monotonic()))


async def _document(http: httpx.AsyncClient, number: int, step: str) -> None:
    """One step with the document of this number's group of three.

    Raises:
        RuntimeError: The ingestion failed, or a search does not find what is there, or finds what
            is not.
        TimeoutError: It is not ingested in time.
        httpx.HTTPError: The service refuses.
    """
    name = f"harbour-{number // 3}.md"
    if step == "deleted":
        listed = (await http.get("/v1/documents?limit=1000")).raise_for_status().json()
        (mine,) = [d for d in listed["documents"] if d["source"].endswith(name)]
        (await http.delete(f"/v1/documents/{mine['document_id']}")).raise_for_status()
    else:
        articles = (
            f"## Article {i}\n\nBerth {i} of harbour {number} is let for {i} days."
            for i in range(1, ARTICLES + 1)
        )
        text = f"# Rules of harbour {number}\n\n" + "\n\n".join(articles) + "\n"
        sent = await http.post("/v1/documents", files={"files": (name, text.encode())})
        ingestion = sent.raise_for_status().json()["ingestion_id"]
        async with asyncio.timeout(INGESTED_WITHIN):
            while (state := await _state(http, ingestion)) != "done":
                if state == "failed":
                    raise RuntimeError("its ingestion failed")
                await asyncio.sleep(0.5)
    for rules in (number, number - 1):
        query = f"How long is berth 3 of harbour {rules} let?"
        found = await http.post("/v1/search", json={"query": query, "top_k": 10})
        texts = [hit["text"] for hit in found.raise_for_status().json()["results"]]
        there = any(f"harbour {rules} " in text for text in texts)
        if there != (rules == number and step != "deleted"):
            raise RuntimeError(f"the rules of harbour {rules} are {'' if there else 'not '}found")


async def _state(http: httpx.AsyncClient, ingestion: str) -> str:
    response = await http.get(f"/v1/ingestions/{ingestion}")
    return str(response.raise_for_status().json()["state"])


@dataclass(frozen=True)
class Size:
    """Of the service at a time: MiB of it and of its largest child, which is llama.cpp, open
    files, threads."""

    service: float
    child: float
    files: int
    threads: int


async def sizes(service: psutil.Process, until: float) -> list[Size]:
    """What the service takes, once a second."""
    seen = []
    while time.monotonic() < until:
        child = max((_rss(c) for c in service.children(recursive=True)), default=0)
        seen.append(
            Size(
                service.memory_info().rss / 2**20,
                child / 2**20,
                service.num_fds(),
                service.num_threads(),
            )
        )
        await asyncio.sleep(1)
    return seen


def _rss(process: psutil.Process) -> int:
    """Bytes; none of a process that has just ended, as those do that read documents."""
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def grown(seen: list[Size]) -> float:
    """Tell what the service took by quarters of the time; by how many MiB it or its child grew
    from the end of the first quarter to the end."""
    span = max(1, len(seen) // 40)
    ends = [seen[: len(seen) * quarter // 4][-span:] for quarter in range(1, 5)]
    growth: dict[str, float] = {}
    for name in (f.name for f in fields(Size)):
        medians = [statistics.median(getattr(size, name) for size in end) for end in ends]
        print(
            f"{name} at the end of each quarter: {', '.join(f'{median:.0f}' for median in medians)}"
        )
        growth[name] = medians[-1] - medians[0]
    return max(growth["service"], growth["child"])


async def load(url: str, service: psutil.Process, wanted: Load) -> bool:
    """Let the clients ask; whether all held."""
    searches, chats, happened = Tally(), Tally(), Documents()
    until = time.monotonic() + wanted.seconds
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=400, limits=limits) as http:
        watched = asyncio.create_task(sizes(service, until))
        asking = (("/v1/search", wanted.searchers, searches), ("/v1/chat", wanted.chatters, chats))
        clients = [
            client(http, path, i, until, wanted.pause, tally)
            for path, number, tally in asking
            for i in range(number)
        ]
        if wanted.documents:
            clients.append(documents(http, wanted.documents, until, happened))
        tasks = [asyncio.create_task(one) for one in clients]
        ended, waiting = await asyncio.wait(tasks, timeout=wanted.seconds + GRACE)
        for task in waiting:
            task.cancel()
        for task in ended:
            task.result()
        print(f"given up {GRACE} s after the end: {len(waiting)} requests")
    growth = grown(await watched)
    spread = searches.percentile(0.99) / searches.percentile(0.5)
    print(searches.told(f"{wanted.searchers} searching", wanted.seconds))
    print(chats.told(f"{wanted.chatters} chatting", wanted.seconds))
    if wanted.documents:
        slowest = max(happened.seconds, default=0.0)
        print(f"documents: {dict(happened.done)}, the slowest after {slowest:.1f} s")
        print(*happened.wrong, sep="\n")
    print(f"99th percentile of searches / median: {spread:.1f} (wanted at most 10)")
    print(f"growth after the first quarter: {growth:.0f} MiB (wanted at most {GROWTH})")
    errors = searches.errors + chats.errors + len(happened.wrong)
    print(f"errors that are no declared refusals: {errors} (wanted 0)")
    return errors == 0 and spread <= 10 and growth < GROWTH and bool(chats.seconds)


def main() -> None:
    # Ended from outside, the service is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--searchers", type=int, default=200)
    parser.add_argument("--chatters", type=int, default=20)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--documents", type=float, default=0.0, metavar="SECONDS")
    wanted = Load(**vars(parser.parse_args()))
    load_before = os.getloadavg()[0]
    with serving() as (url, service):
        held = asyncio.run(load(url, service, wanted))
    print(f"(load of the machine before: {load_before:.1f}, {os.cpu_count()} cores)")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
