"""``trilogue index``: the index as a whole."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from assistant.commands.terminal import Json, counting, explained, out, print_json
from assistant.errors import InvalidInputError
from assistant.settings import get_settings

if TYPE_CHECKING:
    from assistant.index.copy import CopyReport
    from assistant.index.layout import IndexLayout
    from assistant.index.location import IndexLocation

index_app = typer.Typer(no_args_is_help=True, help="Copy the index, and lay it out anew.")

_PLACE = "a folder of Qdrant Edge, or http://host:6333?collection=name."


@index_app.command("copy")
def index_copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help=f"The index: {_PLACE}")],
    target: Annotated[str, typer.Argument(metavar="TO", help=f"Where to: {_PLACE}")],
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete passages of TO that FROM does not have.")
    ] = False,
    from_key: Annotated[
        str | None,
        typer.Option("--from-key-env", help="Environment variable with the API key of FROM."),
    ] = None,
    to_key: Annotated[
        str | None,
        typer.Option("--to-key-env", help="Environment variable with the API key of TO."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Copy an index with its vectors; run again, it goes on where it was."""
    from assistant.index.layout import IndexLayout
    from assistant.index.location import parse_location

    with explained():
        settings = get_settings()
        report = _copy(
            parse_location(source, settings, _key(from_key)),
            parse_location(target, settings, _key(to_key)),
            IndexLayout.of(settings),
            prune,
        )
    if as_json:
        print_json(asdict(report))
    else:
        out.print(
            f"{report.copied} passages copied, {report.unchanged} unchanged, {report.removed} "
            f"removed. Both sides have the same {report.documents} documents in "
            f"{report.collections} collections."
        )


@index_app.command("layout")
def index_layout(
    apply: Annotated[
        bool, typer.Option("--apply", help="Lay the index out as the settings say.")
    ] = False,
) -> None:
    """Show how the index is laid out; its exit code is 1 if the settings say otherwise."""
    with explained():
        unlike = _lay_out(apply)
    if unlike:
        out.print("The settings want another layout. 'trilogue index layout --apply' changes it.")
        raise typer.Exit(1)


def _lay_out(apply: bool) -> list[str]:
    """In what the index is not as the settings say, after changing it if asked.

    Raises:
        InvalidInputError: There is no index, or it cannot be changed so in place.
        UnavailableError: It cannot be opened.
    """
    from assistant.index.layout import IndexLayout
    from assistant.index.location import EdgeFolder, location_of

    settings = get_settings()
    place = location_of(settings)
    identity = place.identity()
    if identity is None:
        raise InvalidInputError(f"There is no index in {place}.", "Ingest documents first.")
    wanted = IndexLayout.of(settings)
    if isinstance(place, EdgeFolder):
        wanted = wanted.in_a_folder()
    with closing(place.open(identity, wanted)) as store:
        if apply and store.layout.unlike(wanted):
            store.lay_out(wanted)
        out.print(f"{place}:", markup=False)
        for name, value in store.layout.to_json().items():
            out.print(f"  {name:<14} {value}", markup=False)
        unlike = store.layout.unlike(wanted)
    for one in unlike:
        out.print(f"  {one}", markup=False, style="yellow")
    return unlike


def _key(variable: str | None) -> SecretStr | None:
    if variable is None:
        return None
    if not (value := os.environ.get(variable)):
        raise InvalidInputError(f"The environment variable {variable} is not set.")
    return SecretStr(value)


def _copy(
    source: IndexLocation, target: IndexLocation, layout: IndexLayout, prune: bool
) -> CopyReport:
    """Copy one index to another place, and show how far it is.

    Raises:
        InvalidInputError: There is no source, or it must not be copied there.
        UnavailableError: One of the two cannot be used, or they differ after all.
    """
    from assistant.index.copy import check_copyable, copy_index

    if source == target:
        raise InvalidInputError(f"FROM and TO are both {source}.", "Name another target.")
    identity = source.identity()
    if identity is None:
        raise InvalidInputError(
            f"There is no index in {source}.",
            "Name the folder that has index.json, as in trilogue-data/edge, or a collection.",
        )
    check_copyable(identity, target.identity(), str(target))
    with (
        closing(source.open(identity, layout)) as ours,
        closing(target.open(identity, layout)) as theirs,
        counting("passages") as watch,
    ):
        return copy_index(ours, theirs, prune, target.free(), watch)
