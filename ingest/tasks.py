"""What an ingestion is asked to do, and what is known of it, to and from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.ingestion.options import JobOptions
from assistant.ingestion.progress import Progress
from assistant.ingestion.queue import Ingestion
from assistant.ingestion.report import FileResult, Report
from assistant.ingestion.uploads import SENT
from assistant.storage.ingestions import IngestionRecord


def known_ingestion(
    record: IngestionRecord, results: Sequence[Mapping[str, Any]] = ()
) -> Ingestion:
    """What is known of an ingestion, with the files that are done while it runs."""
    report = Report.from_json(record.report) if record.report else None
    return Ingestion(
        id=record.id,
        collection=record.task["collection"],
        state=record.state,
        created_at=record.created_at,
        progress=Progress(**record.progress) if record.progress else None,
        results=[FileResult.from_json(result) for result in results],
        report=report,
        error=record.error,
    )


def task_of(paths: Sequence[Path], options: JobOptions, sent: bool) -> dict[str, Any]:
    """What is to be done, as JSON values. Files that were sent are known by a place that is the
    same for all replicas."""
    known_as = options.known_as
    if sent and known_as:
        known_as = (known_as[0], SENT / known_as[1].name)
    return {
        "paths": [path.name if sent else str(path) for path in paths],
        "collection": options.collection,
        "stated": dict(options.stated),
        "prune": options.prune,
        "dry_run": options.dry_run,
        "accept_losses": options.accept_losses,
        "known_as": [str(path) for path in known_as] if known_as else None,
        "sent": sent,
    }


def options_of(task: Mapping[str, Any]) -> JobOptions:
    """The options of a job, from its task."""
    known_as = task["known_as"]
    return JobOptions(
        collection=task["collection"],
        stated=task["stated"],
        prune=task["prune"],
        dry_run=task["dry_run"],
        # Ingestions that an earlier version had begun have none.
        accept_losses=task.get("accept_losses", False),
        known_as=(Path(known_as[0]), Path(known_as[1])) if known_as else None,
    )
