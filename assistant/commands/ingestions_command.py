"""``trilogue ingestions``: what a running service was given to ingest."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Column, Table

from assistant.api.announcement import RunningService, running_service
from assistant.commands.service_client import asking
from assistant.commands.terminal import Json, explained, out, print_json
from assistant.errors import UnavailableError
from assistant.settings import get_settings

ingestions_app = typer.Typer(no_args_is_help=True, help="List and cancel a service's ingestions.")


@ingestions_app.command("list")
def ingestions_list(as_json: Json = False) -> None:
    """List the latest ingestions, with how far they are."""
    from assistant.client import endpoints

    with explained(), asking(_service()) as client:
        listed = client.send(endpoints.ingestions())
    if as_json:
        print_json([one.model_dump(mode="json") for one in listed.ingestions])
        return
    table = Table(Column("id", no_wrap=True), "asked for", "collection", "state", "files")
    for one in listed.ingestions:
        files = ""
        if one.progress:
            files = f"{one.progress.files}/{one.progress.files_total}"
        elif one.report:
            files = ", ".join(f"{count} {outcome}" for outcome, count in one.report.counts.items())
        asked_for = f"{one.created_at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(one.ingestion_id, asked_for, one.collection or "", one.state, files)
    out.print(table)


@ingestions_app.command("cancel")
def ingestions_cancel(
    ingestion_id: Annotated[str, typer.Argument(help="As 'trilogue ingestions list' has it.")],
) -> None:
    """End an ingestion after the documents at hand; what is in the index by then stays there."""
    from assistant.client import endpoints

    with explained(), asking(_service()) as client:
        ended = client.send(endpoints.cancel_ingestion(ingestion_id))
    match ended.state:
        case "cancelling":
            out.print("It ends after the documents at hand.")
        case "cancelled":
            out.print("Cancelled.")
        case state:
            out.print(f"It is over already: {state}.")


def _service() -> RunningService:
    """The service that ingests.

    Raises:
        UnavailableError: None runs.
    """
    if service := running_service(get_settings()):
        return service
    raise UnavailableError(
        "No service runs over this data folder.",
        "Start it with 'trilogue serve', or name one in TRILOGUE_API_URL.",
    )
