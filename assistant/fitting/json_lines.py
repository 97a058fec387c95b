"""Files of JSON lines that an operator writes: whatever is wrong with one names file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assistant.errors import InvalidInputError, first_problem

Row = TypeVar("Row", bound=BaseModel)


def lines_of(path: Path) -> list[str]:
    """The lines of a file.

    Raises:
        InvalidInputError: It cannot be read.
    """
    try:
        # A text may have what else ends a line, such as U+2028.
        return path.read_text("utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} cannot be read: {error}") from error


def parsed(kind: type[Row], line: str, place: str, example: str) -> Row:
    """What a line says.

    Args:
        kind: What it should be.
        line: The line.
        place: File and number of the line.
        example: What a right line looks like, or where one is.

    Raises:
        InvalidInputError: It is malformed.
    """
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise InvalidInputError(f"{place}: {first_problem(error)}", example) from error
