"""``trilogue doctor``: whether this installation works, and whether its index is whole."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from assistant.api.announcement import running_service
from assistant.commands.terminal import Json, counting, explained, out, print_json
from assistant.errors import InvalidInputError, UnavailableError
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.ingestion.consistency import Inconsistency


def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare index, registry and original files.")
    ] = False,
    mend: Annotated[
        bool, typer.Option("--mend", help="With --deep: mend what needs no file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check this installation: machine, models, index, database, generator."""
    with explained():
        if deep:
            well = _deep(mend, as_json)
        elif mend:
            raise InvalidInputError("--mend needs --deep.", "Run 'trilogue doctor --deep --mend'.")
        else:
            well = _at_a_glance(as_json)
    if not well:
        raise typer.Exit(1)


def _at_a_glance(as_json: bool) -> bool:
    """Whether nothing keeps Trilogue from working."""
    from assistant.commands.doctor import examine

    findings = examine(get_settings())
    if as_json:
        print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            mark = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "bad": "[red]bad [/]"}
            out.print(f"{mark[finding.state]} {finding.subject}: ", end="")
            out.print(finding.detail, markup=False)
    return not any(finding.state == "bad" for finding in findings)


def _deep(mend: bool, as_json: bool) -> bool:
    """Whether answers come of what the registry says, of all of it and of nothing else."""
    settings = get_settings()
    _refuse_beside_a_service(settings, mend)
    found, left = _compared(settings, mend)
    if as_json:
        print_json([asdict(one) for one in left])
    elif left:
        table = Table("what", "document", "detail")
        for one in left:
            table.add_row(one.kind, one.document_id, one.detail)
        out.print(table)
    if not as_json:
        out.print(_summary(found, left, mend))
    return all(one.harmless for one in left)


def _refuse_beside_a_service(settings: Settings, mend: bool) -> None:
    """What a service has open, or changes at the same time, cannot be looked at from here.

    Raises:
        UnavailableError: There is such a service.
    """
    service = running_service(settings)
    if service is None:
        return
    if not service.is_ours:
        raise UnavailableError(
            f"The service at {service.url} has another data folder.",
            "Run it where its index and its database are, or unset TRILOGUE_API_URL.",
        )
    if settings.qdrant_url is None:
        raise UnavailableError(
            f"The service at {service.url} has the index open.", "Stop it, and run this again."
        )
    if mend and settings.database.startswith("sqlite"):
        raise UnavailableError(
            f"The service at {service.url} may change documents meanwhile.",
            "Stop it first; over PostgreSQL that is not needed.",
        )


def _compared(settings: Settings, mends: bool) -> tuple[list[Inconsistency], list[Inconsistency]]:
    """What is wrong, and what of it is left after mending."""
    from assistant.index.open import open_store
    from assistant.ingestion.consistency import ConsistencyCheck, mend
    from assistant.ingestion.document_writer import DocumentWriter
    from assistant.ingestion.originals import originals_of
    from assistant.models.open import open_embedder
    from assistant.storage.registry import DocumentRegistry

    with (
        closing(open_store(settings, open_embedder(settings))) as store,
        DocumentRegistry.opened(settings) as registry,
        counting("documents") as watch,
    ):
        originals = originals_of(settings, registry.database)
        check = ConsistencyCheck(store, registry, originals, settings.keep_originals)
        found = check.run(watch)
        if not found or not mends:
            return found, found
        mend(found, DocumentWriter(store, registry, originals=originals))
        return found, check.run(watch)


def _summary(found: list[Inconsistency], left: list[Inconsistency], mended: bool) -> str:
    if not found:
        return "Index, registry and original files agree."
    if not mended:
        return f"{len(found)} found. 'trilogue doctor --deep --mend' mends what needs no file."
    done = f"{len(found) - len(left)} of {len(found)} mended."
    return (
        f"{done} The others need their files: 'trilogue ingest' reads them again." if left else done
    )
