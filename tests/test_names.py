"""A name means one thing, wherever it stands: that of a class, and that of a file in its layer."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("assistant", "ingest", "ui", "evals")


def test_a_class_has_a_name_of_its_own() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_a_file_has_a_name_of_its_own_in_its_layer() -> None:
    layers = [path for path in (ROOT / "assistant").iterdir() if path.is_dir()]
    layers += [ROOT / package for package in PACKAGES[1:]]
    for layer in layers:
        if layer.name == "language":  # the same files for each language, on purpose
            continue
        names: dict[str, list[str]] = defaultdict(list)
        for path in layer.rglob("*.py"):
            if path.name != "__init__.py":
                names[path.name].append(str(path.relative_to(ROOT)))
        assert {name: paths for name, paths in names.items() if len(paths) > 1} == {}
