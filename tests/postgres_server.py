"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, on a free port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import create_engine, text

#: PostgreSQL refuses to run as root; Debian's package makes this user.
_USER = "postgres"


def binaries() -> Path | None:
    """Where the newest installed server's programs are, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    return Path(path).parent if (path := shutil.which("initdb")) else None


class PostgresServer:
    """Made by ``PostgresServer(bin)``, which waits until it answers; `remove` ends it."""

    def __init__(self, programs: Path) -> None:
        self._bin = programs
        self._root = Path(tempfile.mkdtemp(prefix="trilogue-postgres-"))
        self._root.chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(self._root, _USER)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._data = self._root / "data"
        self._run("initdb", "-D", str(self._data), "-U", _USER, "-A", "trust", "--no-sync")
        self.start()

    @property
    def url(self) -> str:
        """SQLAlchemy URL of its database."""
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it; returns when it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._root} -c fsync=off"
        self._pg_ctl("start", "-o", options, "-l", str(self._root / "log"))

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self._pg_ctl("stop", "-m", "immediate")

    def empty(self) -> str:
        """Drop all tables; the URL of the empty database."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        return self.url

    def remove(self) -> None:
        """Stop it and delete its cluster."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._root, ignore_errors=True)

    def _pg_ctl(self, action: str, *options: str) -> None:
        self._run("pg_ctl", action, "-D", str(self._data), "-w", *options)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = [str(self._bin / program), *arguments]
        account = pwd.getpwnam(_USER) if os.getuid() == 0 else None
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._root,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            timeout=60,
        )
