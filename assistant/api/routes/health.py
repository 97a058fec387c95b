"""``/healthz``, ``/readyz`` and ``/metrics``: for the machines that look after the service."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response

from assistant.api.dependencies import AdminCaller, MetricsDep, ServiceDep
from assistant.api.middleware.metrics import CONTENT_TYPE
from assistant.api.schemas.chat_schemas import Health
from assistant.api.service import Service
from assistant.calibration import load_calibration

router = APIRouter(tags=["Operation"])


@router.get("/healthz")
async def health() -> Health:
    """Whether the process answers."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Health}})
async def readiness(
    service: ServiceDep,
    response: Response,
    generator: Annotated[
        bool,
        Query(
            description="Whether the generator has to be there, too. Balancers should not ask for "
            "it: without it the service still searches and quotes."
        ),
    ] = True,
) -> Health:
    """Whether questions can be answered: the index, the generator and the database are there."""
    asked = {
        "index": _index_answers(service),
        **({"generator": service.generator.ready()} if generator else {}),
        "database": asyncio.to_thread(service.records.database.answers),
    }
    checks = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
    ready = all(checks.values())
    if not ready:
        response.status_code = 503
    calibration = load_calibration(
        service.embedder.model_name, service.generator.model, service.settings.calibration_dir
    )
    return Health(
        status="ok" if ready else "unavailable",
        checks=checks,
        calibrated=not calibration.is_default,
        calibration=_shown(calibration.file, service.settings.data_dir),
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(metrics: MetricsDep, _: AdminCaller) -> Response:
    """Prometheus' metrics; with keys, for keys with the scope admin."""
    text = await asyncio.to_thread(metrics.exposition)
    return Response(text, media_type=CONTENT_TYPE)


def _shown(file: str, data_dir: Path) -> str:
    """A calibration's file as anybody may see it: where it is in the data folder, from there."""
    path = Path(file)
    return path.relative_to(data_dir).as_posix() if path.is_relative_to(data_dir) else file


async def _index_answers(service: Service) -> bool:
    try:
        await asyncio.to_thread(service.store.count)
    except Exception:  # whatever it is, the index does not answer
        return False
    return True
