"""``trilogue documents``: of this data folder, or of the service elsewhere that is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from assistant.api.announcement import RunningService, running_service
from assistant.commands.service_client import asking
from assistant.commands.terminal import Json, explained, out, print_json
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.api.schemas.document_schemas import DocumentList, DocumentView

#: Documents that are read at once.
_PAGE = 1000

documents_app = typer.Typer(no_args_is_help=True, help="List, show and delete documents.")


@documents_app.command("list")
def documents_list(
    collection: Annotated[str | None, typer.Option(help="Only this collection.")] = None,
    as_json: Json = False,
) -> None:
    """List the documents in the index."""
    with explained():
        rows = _list_documents(collection)
    if as_json:
        print_json(rows)
    else:
        _print_documents(rows)


@documents_app.command("show")
def documents_show(document_id: str, as_json: Json = False) -> None:
    """Show a document: its metadata, and the quality of its text."""
    with explained():
        view = _show_document(document_id)
    if as_json:
        print_json(view.model_dump(mode="json"))
    else:
        _print_document(view)


@documents_app.command("delete")
def documents_delete(document_ids: list[str]) -> None:
    """Delete documents: their passages, and their files if they were sent to the service."""
    with explained():
        _delete_documents(document_ids)
    out.print(f"Deleted {len(document_ids)}.")


def _list_documents(collection: str | None) -> list[dict[str, Any]]:
    """All documents as JSON values: of the registry, or of a service elsewhere."""
    from assistant.api.routes.documents import document_page
    from assistant.client import endpoints
    from assistant.storage.documents import DocumentLedger
    from assistant.storage.registry import DocumentRegistry

    settings = get_settings()
    if service := _elsewhere(settings):
        with asking(service) as client:
            return _all_of(
                lambda at: client.send(endpoints.documents(_PAGE, at, collection or None))
            )
    chosen = [collection] if collection else None
    with DocumentRegistry.opened(settings) as registry:
        ledger = DocumentLedger(registry)
        return _all_of(lambda at: document_page(registry, ledger, chosen, _PAGE, at))


def _elsewhere(settings: Settings) -> RunningService | None:
    """The service of another data folder, whose registry is not ours, where one is named."""
    service = running_service(settings)
    return service if service and not service.is_ours else None


def _all_of(page_from: Callable[[int], DocumentList]) -> list[dict[str, Any]]:
    """Every row of a list that comes in pages."""
    rows: list[dict[str, Any]] = []
    while True:
        listed = page_from(len(rows))
        rows += [one.model_dump(mode="json") for one in listed.documents]
        if len(listed.documents) < _PAGE:
            return rows


def _print_documents(rows: list[dict[str, Any]]) -> None:
    """A table of documents."""
    table = Table("id", "collection", "file", "title", "language", "passages")
    for row in rows:
        table.add_row(
            *(row[name] for name in ("document_id", "collection", "source", "title", "language")),
            str(row["passages"]),
        )
    out.print(table)


def _show_document(document_id: str) -> DocumentView:
    """A document with its metadata and its quality report.

    Raises:
        NotFoundError: There is none of this id.
    """
    from assistant.api.routes.documents import document_view, known
    from assistant.client import endpoints
    from assistant.storage.registry import DocumentRegistry

    settings = get_settings()
    if service := _elsewhere(settings):
        with asking(service) as client:
            return client.send(endpoints.document(document_id))
    with DocumentRegistry.opened(settings) as registry:
        return document_view(known(document_id, registry), registry.database, settings)


def _print_document(view: DocumentView) -> None:
    """A document, one line a field; the quality report below it."""
    from ingest.readers import Remark

    values = view.model_dump(mode="json")
    quality = values.pop("quality") or {}
    for name, value in values.items():
        out.print(f"{name:<18} {_field(value)}", markup=False)
    if quality:
        out.print("quality", style="bold")
    for name, value in quality.items():
        if name == "remarks":
            for remark in value:
                shown = Remark(**remark) if isinstance(remark, dict) else remark
                out.print(f"  - {shown}", markup=False)
        else:
            out.print(f"  {name:<16} {_field(value)}", markup=False)


def _field(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:.1%}" for name, share in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


def _delete_documents(document_ids: list[str]) -> None:
    """Delete documents, through the running service where there is one.

    Raises:
        NotFoundError: There is no document of one of the ids; then none is deleted.
    """
    from assistant.api.routes.documents import known
    from assistant.client import endpoints
    from assistant.storage.registry import DocumentRegistry

    settings = get_settings()
    service = running_service(settings)
    if service and not service.is_ours:
        with asking(service) as client:
            for document_id in document_ids:
                client.send(endpoints.document(document_id))
            for document_id in document_ids:
                client.send(endpoints.delete_document(document_id))
        return
    with DocumentRegistry.opened(settings) as registry:
        records = [known(document_id, registry) for document_id in document_ids]
    if service:
        with asking(service) as client:
            for document_id in document_ids:
                client.send(endpoints.delete_document(document_id))
        return
    from assistant.index.open import open_store
    from assistant.ingestion.document_writer import DocumentWriter
    from assistant.ingestion.originals import originals_of
    from assistant.ingestion.removal import remove_document
    from assistant.models.open import open_embedder

    store = open_store(settings, open_embedder(settings))
    try:
        with DocumentRegistry.opened(settings) as registry:
            originals = originals_of(settings, registry.database)
            writer = DocumentWriter(store, registry, originals=originals)
            for record in records:
                remove_document(record, writer, registry, settings.uploads_dir)
    finally:
        store.close()
