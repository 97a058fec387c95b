"""Copies the page's fonts from their npm packages into ui/static/fonts and writes their CSS.

Run it to take new versions in, and after many of the page's texts have changed; what it writes is
part of the project, so that an installation needs no npm. Pretendard comes in 92 slices by
character, of which a page fetches what it shows. For what every page shows there are slices of our
own: Latin, the syllables of the Korean texts, and the letters of Arabic without those of other
languages and without the marks of the Quran. Both fonts have the SIL Open Font License 1.1, which
reserves their names: slices of our own have another.
"""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import regex
from fontTools import subset

PRETENDARD = "pretendard@1.3.9"
PLEX = "@fontsource/ibm-plex-sans-arabic@5.3.0"
ROOT = Path(__file__).parent.parent
TARGET = ROOT / "ui" / "static" / "fonts"

_WEIGHTS = {"Regular": 400, "SemiBold": 600}
#: Google's range of the subset "arabic", without the marks that Latin text has too.
_ARABIC = (
    "U+0600-06FF, U+0750-077F, U+0870-088E, U+0890-0891, U+0897-08E1, U+08E3-08FF, U+200C-200E, "
    "U+FB50-FDFF, U+FE70-FE74, U+FE76-FEFC"
)
#: What every page shows, by script.
_LATIN = [*range(0x20, 0x7F), 0xA0, 0xB7, 0xD7, 0x2013, 0x2014, *range(0x2018, 0x201E), 0x2026]
#: Families of those slices.
_OWN, _OWN_ARABIC = "Trilogue Text", "Trilogue Text Arabic"
#: What shapes letters, and digits of one width.
_FEATURES = "calt ccmp fina init isol kern liga locl mark medi mkmk rlig tnum".split()
#: The entries of a font's names that are kept: its copyright and its licence.
_NAMES = [0, 13, 14]
_LETTERS = [0x60C, 0x61B, 0x61F, *range(0x620, 0x653), *range(0x660, 0x66D), 0x200C, 0x200D]
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
    rules: dict[str, str] = {}
    for face in _FACE.findall(css):
        name = re.search(r"(Pretendard-(\w+)\.subset\.\d+)\.woff2", face)
        covered = re.search(r"unicode-range:\s*([^;}]+)", face)
        if name and covered and name[2] in _WEIGHTS:
            file = f"{name[1]}.woff2"
            (TARGET / file).write_bytes(_read(package, f"{folder}/woff2-dynamic-subset/{file}"))
            rules[file] = _rule("Pretendard", _WEIGHTS[name[2]], file, covered[1].strip())
    (TARGET / "Pretendard.LICENSE.txt").write_bytes(_read(package, "package/dist/LICENSE.txt"))
    # Those alike stand together, to be sent as less.
    sorted_rules = [rules[file] for file in sorted(rules, key=lambda file: file.split(".")[::-1])]
    for style, weight in _WEIGHTS.items():
        whole = _read(package, f"{folder}/woff2/Pretendard-{style}.woff2")
        for script, wanted in (("latin", _LATIN), ("korean", _syllables())):
            file = f"text-{script}-{weight}.woff2"
            (TARGET / file).write_bytes(_slice(whole, wanted))
            sorted_rules.append(_rule(_OWN, weight, file, _ranges(wanted)))
    return sorted_rules


def _syllables() -> list[int]:
    """The Hangul of the Korean texts, without those of the operators' page, and of what titles
    and headings of policies are made of, since questions to begin with name them."""
    texts = tomllib.loads((ROOT / "ui" / "texts.ko.toml").read_text("utf-8"))
    del texts["operators"]
    policies = [path.read_text("utf-8") for path in (ROOT / "samples").glob("*.ko.md")]
    headings = re.findall(r"^#.*", "\n".join(policies), re.MULTILINE)
    shown = f"{texts} {headings}"
    return sorted({ord(c) for c in shown if regex.match(r"\p{Hangul}", c)})


def _plex(package: tarfile.TarFile) -> list[str]:
    rules = []
    for weight in _WEIGHTS.values():
        file = f"ibm-plex-sans-arabic-arabic-{weight}-normal.woff2"
        whole = _read(package, f"package/files/{file}")
        (TARGET / file).write_bytes(whole)
        rules.append(_rule("IBM Plex Sans Arabic", weight, file, _ARABIC))
        letters = f"text-arabic-{weight}.woff2"
        (TARGET / letters).write_bytes(_slice(whole, _LETTERS))
        rules.append(_rule(_OWN_ARABIC, weight, letters, _ranges(_LETTERS)))
    licence = _read(package, "package/LICENSE")
    (TARGET / "IBM-Plex-Sans-Arabic.LICENSE.txt").write_bytes(licence)
    return rules


def _rule(family: str, weight: int, file: str, covered: str) -> str:
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
        f'src:url("{file}") format("woff2");unicode-range:{covered}}}'
    )


def _slice(font: bytes, wanted: Sequence[int]) -> bytes:
    """A part of a font, with what shapes its letters."""
    options = subset.Options(
        flavor="woff2", layout_features=_FEATURES, name_IDs=_NAMES, hinting=False
    )
    loaded = subset.load_font(io.BytesIO(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(loaded)
    written = io.BytesIO()
    subset.save_font(loaded, written, options)
    return written.getvalue()


def _ranges(wanted: Sequence[int]) -> str:
    """Characters as CSS names them (CSS Fonts 4, unicode-range)."""
    runs: list[list[int]] = []
    for code in sorted(wanted):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ", ".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in runs)


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
