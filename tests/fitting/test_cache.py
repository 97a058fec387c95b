"""What was read is kept, whatever happened to the process that read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import InvalidInputError
from assistant.fitting.cache import Cache, key_of


def test_what_was_kept_is_there_for_the_next_process(tmp_path: Path) -> None:
    file = tmp_path / "cache.jsonl"
    Cache(file).put("a", {"value": 1.5})
    assert Cache(file).get("a") == {"value": 1.5}
    assert Cache(file).get("b") is None


def test_a_line_that_is_half_written_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "cache.jsonl"
    Cache(file).put("a", {"value": 1})
    file.write_text(file.read_text("utf-8") + '{"key": "b", "val', "utf-8")
    again = Cache(file)
    assert again.get("b") is None
    again.put("c", {"value": 3})
    assert Cache(file).get("a") == {"value": 1}
    assert Cache(file).get("c") == {"value": 3}


def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be used"):
        Cache(tmp_path / "no" / "such" / "folder.jsonl")


def test_keys_differ_where_a_part_does() -> None:
    assert key_of("a", 1) == key_of("a", 1)
    assert len({key_of("a", 1), key_of("a", 2), key_of("a1"), key_of("a", "1", "")}) == 4
