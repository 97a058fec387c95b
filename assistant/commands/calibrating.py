"""What the commands that fit something have in common."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.api.announcement import running_service
from assistant.commands.terminal import out
from assistant.errors import InvalidInputError, UnavailableError
from assistant.settings import Settings
from evals.errors import EvalError

if TYPE_CHECKING:
    from assistant.calibration import Calibration
    from assistant.index.store import PassageStore
    from evals.dataset import Suite

#: What is asked where no suite is named.
DEFAULT_SUITE: Final = "samples-core"


def tell_file(file: Path | None) -> None:
    """Say where a calibration was written; None for nowhere."""
    if file is None:
        out.print("Nothing was written.")
    else:
        out.print(f"Written to {file}. A running service uses it when it is started anew.")


def check_index_is_free(settings: Settings) -> None:
    """Refuse an index that a service has open.

    Raises:
        UnavailableError: One has.
    """
    service = running_service(settings)
    if service and service.is_ours and settings.qdrant_url is None:
        raise UnavailableError(
            f"The service at {service.url} has the index open.",
            "Stop it while you fit, or work on a copy of its data folder (TRILOGUE_DATA_DIR).",
        )


def check_index_is_filled(store: PassageStore) -> None:
    """Refuse an index without passages.

    Raises:
        InvalidInputError: It has none.
    """
    if not store.count():
        raise InvalidInputError("The index is empty.", "Bring documents in: trilogue ingest PATH")


def opened_suites(names: list[str]) -> list[Suite]:
    """Suites by their names or files.

    Raises:
        InvalidInputError: There is none of the name, or it is malformed.
    """
    from evals.dataset import load_suite

    try:
        return [load_suite(name) for name in dict.fromkeys(names)]
    except EvalError as error:
        raise InvalidInputError(str(error)) from error


def write_calibration(fitted: Calibration, file: Path) -> None:
    """Write the file whole or not at all: a service may be starting."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(fitted.model_dump_json() + "\n", "utf-8")
        part.replace(file)
    except OSError as error:
        raise UnavailableError(
            f"{file} cannot be written: {error}", "Name another file with --output."
        ) from error
