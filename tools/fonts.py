"""Copies the page's fonts from their npm packages into ui/static/fonts and writes their CSS.

Run it to take new versions in; what it writes is part of the project, so that an installation
needs no npm. Pretendard comes in 92 slices by character, of which a page fetches what it shows.
Both fonts have the SIL Open Font License 1.1.
"""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

PRETENDARD = "pretendard@1.3.9"
PLEX = "@fontsource/ibm-plex-sans-arabic@5.3.0"
TARGET = Path(__file__).parent.parent / "ui" / "static" / "fonts"

_WEIGHTS = {"Regular": 400, "SemiBold": 600}
#: Google's range of the subset "arabic", without the marks that Latin text has too.
_ARABIC = (
    "U+0600-06FF, U+0750-077F, U+0870-088E, U+0890-0891, U+0897-08E1, U+08E3-08FF, U+200C-200E, "
    "U+FB50-FDFF, U+FE70-FE74, U+FE76-FEFC"
)
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")


def main() -> None:
    """Fetch both packages and write the folder anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.iterdir():
        old.unlink()
    rules = [*_pretendard(_fetch(PRETENDARD)), *_plex(_fetch(PLEX))]
    (TARGET / "fonts.css").write_text("\n".join(rules), "utf-8")


def _pretendard(package: tarfile.TarFile) -> list[str]:
    folder = "package/dist/web/static"
    css = _read(package, f"{folder}/pretendard-dynamic-subset.css").decode()
    rules = []
    for face in _FACE.findall(css):
        name = re.search(r"(Pretendard-(\w+)\.subset\.\d+)\.woff2", face)
        covered = re.search(r"unicode-range:\s*([^;}]+)", face)
        if name and covered and name[2] in _WEIGHTS:
            file = f"{name[1]}.woff2"
            (TARGET / file).write_bytes(_read(package, f"{folder}/woff2-dynamic-subset/{file}"))
            rules.append(_rule("Pretendard", _WEIGHTS[name[2]], file, covered[1].strip()))
    (TARGET / "Pretendard.LICENSE.txt").write_bytes(_read(package, "package/dist/LICENSE.txt"))
    return rules


def _plex(package: tarfile.TarFile) -> list[str]:
    rules = []
    for weight in _WEIGHTS.values():
        file = f"ibm-plex-sans-arabic-arabic-{weight}-normal.woff2"
        (TARGET / file).write_bytes(_read(package, f"package/files/{file}"))
        rules.append(_rule("IBM Plex Sans Arabic", weight, file, _ARABIC))
    licence = _read(package, "package/LICENSE")
    (TARGET / "IBM-Plex-Sans-Arabic.LICENSE.txt").write_bytes(licence)
    return rules


def _rule(family: str, weight: int, file: str, covered: str) -> str:
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
        f'src:url("{file}") format("woff2");unicode-range:{covered}}}'
    )


def _fetch(package: str) -> tarfile.TarFile:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
        (archive,) = Path(folder).iterdir()
        return tarfile.open(fileobj=io.BytesIO(archive.read_bytes()))


def _read(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(name)
    if file is None:
        raise FileNotFoundError(name)
    return file.read()


if __name__ == "__main__":
    main()
