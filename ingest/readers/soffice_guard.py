"""Runs LibreOffice, and ends it with all its processes when whoever waits for it is gone.

A program of its own, in plain Python: its standard input is a pipe whose other end nobody but the
waiting process has, so that it closes with that process however it dies.

    python soffice_guard.py FOLDER COMMAND...

The folder is deleted if the command is cut off; otherwise that is up to who waits.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

#: How often a folder is tried to be deleted.
_TRIES = 50


def _end_with_the_pipe(
    child: subprocess.Popen[bytes], folder: str, cut_off: threading.Event
) -> None:
    os.read(0, 1)
    cut_off.set()
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    # The other processes of its session may write for a moment yet.
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)
        if not os.path.exists(folder):
            break
    os._exit(1)


def main(folder: str, *command: str) -> int:
    """Run a command in a session of its own; its exit code."""
    child = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    cut_off = threading.Event()
    watch = threading.Thread(target=_end_with_the_pipe, args=(child, folder, cut_off), daemon=True)
    watch.start()
    code = child.wait()
    if cut_off.is_set():
        watch.join()  # it has the folder to delete
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
