"""Run the API and the UI together until Ctrl-C, and say what to try."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

from assistant.settings import get_settings

SETTINGS = get_settings()
API = SETTINGS.api_base
UI = f"http://{SETTINGS.ui_host}:{SETTINGS.ui_port}"
TRILOGUE = [str(Path(sys.executable).with_name("trilogue"))]
START_TIMEOUT = 180
STOP_TIMEOUT = 30

WELCOME = f"""
Trilogue is running.

  Chat      {UI}            (한국어 · العربية · English)
  API       {API}            (its description: /openapi.json)

Try, in another terminal:

  .venv/bin/trilogue ask "교류 학생에게 필요한 평점평균은 얼마인가요?"
  .venv/bin/trilogue ask "ما المعدل التراكمي المطلوب من طلاب التبادل؟"
  .venv/bin/trilogue ask "What GPA do exchange students need?"
  .venv/bin/trilogue search "sovereign AI budget"
  curl -s {API}/v1/chat -H 'content-type: application/json' \\
    -d '{{"messages": [{{"role": "user", "content": "What GPA do exchange students need?"}}]}}'

Ctrl-C stops everything.
"""


def main() -> int:
    """Start both, wait until they answer, wait for Ctrl-C or for one to end, stop both."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    processes: list[subprocess.Popen[bytes]] = []
    try:
        # Sessions of their own, so that Ctrl-C reaches only this program, which ends them in order.
        for command in ("serve", "ui"):
            process = subprocess.Popen([*TRILOGUE, command], start_new_session=True)
            processes.append(process)
        ready = all(answers(url, processes, stop) for url in (f"{API}/readyz", UI))
        if ready:
            print(WELCOME, flush=True)
        elif not stop.is_set():
            print("Trilogue did not start; the messages above say why.", file=sys.stderr)
        while ready and not stop.is_set() and all(p.poll() is None for p in processes):
            stop.wait(0.5)
    finally:
        end(processes)
    return 0 if stop.is_set() else 1


def answers(url: str, processes: list[subprocess.Popen[bytes]], stop: threading.Event) -> bool:
    """Wait until ``url`` answers; False when a process ended, or it took too long."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and not stop.is_set():
        if any(process.poll() is not None for process in processes):
            return False
        try:
            if httpx.get(url, timeout=5).is_success:
                return True
        except httpx.HTTPError:
            pass
        stop.wait(0.3)
    return False


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask the processes to stop, the last started first, and make sure that they did."""
    for process in reversed(processes):
        process.terminate()
    for process in reversed(processes):
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
