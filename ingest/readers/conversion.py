"""Old formats, through LibreOffice to the modern ones that have readers of their own.

LibreOffice is given a profile, a folder and a process group of its own for each file, so that
conversions at the same time do not meet. It runs within the memory of the process that calls it,
which dies at the time limit and takes it along (`soffice_guard`). Its filter is named, so it does
not guess what a file is; macros do not run, linked files are not loaded, and whatever it asks the
network for goes to a proxy that is not there.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.codes import Fault
from ingest import ole
from ingest.errors import UnreadableFileError
from ingest.formats import Format
from ingest.readers.source import Limits

_GUARD: Final = Path(__file__).with_name("soffice_guard.py")
#: No port that anybody listens at.
_NO_PROXY: Final = ("127.0.0.1", 1)


@dataclass(frozen=True)
class _Route:
    """How a format is converted: by which of LibreOffice's filters, to what."""

    filter: str
    suffix: str
    becomes: Format


_ROUTES: Final = {
    Format.DOC: _Route("MS Word 97", "docx", Format.DOCX),
    Format.RTF: _Route("Rich Text Format", "docx", Format.DOCX),
    Format.PPT: _Route("MS PowerPoint 97", "pptx", Format.PPTX),
    Format.ODP: _Route("impress8", "pptx", Format.PPTX),
}
_SECURITY: Final = "org.openoffice.Office.Common/Security/Scripting"
_INTERNET: Final = "org.openoffice.Inet/Settings"
#: LibreOffice's settings: (path, name, value).
_SETTINGS: Final = (
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    (_INTERNET, "ooInetProxyType", "2"),
    (_INTERNET, "ooInetHTTPProxyName", _NO_PROXY[0]),
    (_INTERNET, "ooInetHTTPProxyPort", str(_NO_PROXY[1])),
    (_INTERNET, "ooInetHTTPSProxyName", _NO_PROXY[0]),
    (_INTERNET, "ooInetHTTPSProxyPort", str(_NO_PROXY[1])),
    (_INTERNET, "ooInetNoProxy", ""),
)


@contextmanager
def modern(kind: Format, path: Path, limits: Limits) -> Iterator[tuple[Format, Path]]:
    """A file that has a reader: the file itself, or what LibreOffice makes of it, under its name.

    Raises:
        UnreadableFileError: LibreOffice is not installed or cannot read the file; or the file has
            a password, or becomes too large.
    """
    if kind not in _ROUTES:
        yield kind, path
        return
    if kind in (Format.DOC, Format.PPT):
        ole.refuse_encrypted(path)
    program = libreoffice()
    if program is None:
        raise UnreadableFileError(
            Fault.NEEDS_LIBREOFFICE,
            f"{path.name} is read through LibreOffice, which is not installed.",
            "Install Debian's libreoffice-writer-nogui and libreoffice-impress-nogui, or save the "
            f"file as .{_ROUTES[kind].suffix}.",
        )
    with tempfile.TemporaryDirectory(prefix="trilogue-office-", ignore_cleanup_errors=True) as name:
        yield _ROUTES[kind].becomes, _converted(program, _ROUTES[kind], path, Path(name), limits)


def libreoffice() -> str | None:
    """Where LibreOffice is, if it is installed."""
    return shutil.which("soffice")


def _converted(program: str, route: _Route, path: Path, folder: Path, limits: Limits) -> Path:
    given = folder / f"given{path.suffix.lower()}"
    shutil.copyfile(path, given)
    _write_profile(folder / "profile")
    out = folder / "out"
    command = [
        *(sys.executable, "-I", str(_GUARD), str(folder), program),
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"--infilter={route.filter}",
        *("--convert-to", route.suffix, "--outdir", str(out), str(given)),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_surroundings(folder),
        start_new_session=True,
    ) as guard:
        resource.prlimit(guard.pid, resource.RLIMIT_FSIZE, (limits.unpacked_bytes,) * 2)
        code = guard.wait()
    made = out / f"given.{route.suffix}"
    if code or not made.is_file():
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is damaged, or too large or too deep for LibreOffice to convert.",
            "Open it in an Office program and save it again.",
        )
    # Readers name the file in what they say of it.
    return made.rename(folder / path.name)


def _surroundings(folder: Path) -> dict[str, str]:
    """The environment of LibreOffice: nothing of ours but the path and the language."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    nowhere = f"http://{_NO_PROXY[0]}:{_NO_PROXY[1]}"
    proxies = {f"{scheme}_proxy": nowhere for scheme in ("http", "https", "ftp", "all")}
    return {**kept, **proxies, "HOME": str(folder), "TMPDIR": str(folder)}


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, name, value in _SETTINGS
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">' + items + "</oor:items>",
        "utf-8",
    )
