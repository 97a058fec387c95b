"""The style sheets say nothing of what no page has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from assistant.api.schemas.reader_schemas import Validity
from assistant.codes import Language, Outcome

UI = Path(__file__).parents[2] / "ui"
SHEETS = sorted((UI / "static").glob("*.css"))
#: What Gradio's own HTML is called.
GRADIOS = {"column", "gradio-container", "html-container", "input-container", "nav-holder", "wrap"}


def plain(sheet: Path) -> str:
    """A sheet without comments."""
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def has(text: str, name: str) -> bool:
    """Whether a name stands there, and not as a part of another."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


@pytest.fixture(scope="module")
def pages() -> str:
    """All that makes the pages' HTML, with the classes that are filled in."""
    files = [f for f in UI.rglob("*") if f.suffix in (".py", ".html", ".js")]
    spoken = [f"speaks-{language}" for language in get_args(Language)]
    filled = [*get_args(Outcome), *get_args(Validity), *spoken]
    return "\n".join([*(f.read_text(encoding="utf-8") for f in files), *filled])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_each_class_and_id_of_a_style_sheet_is_on_a_page(sheet: Path, pages: str) -> None:
    selectors = re.findall(r"([^{}]+)\{", plain(sheet))
    names = {name for one in selectors for name in re.findall(r"[.#]([A-Za-z_][\w-]*)", one)}
    assert names
    assert not [name for name in sorted(names - GRADIOS) if not has(pages, name)]


def test_each_custom_property_is_used(pages: str) -> None:
    sheets = "\n".join(map(plain, SHEETS))
    properties = set(re.findall(r"(--[\w-]+)\s*:", sheets))
    assert properties
    assert not [name for name in sorted(properties) if f"var({name}" not in sheets + pages]
