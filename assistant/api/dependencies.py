"""What routes need, by name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from assistant.api.service import Service


def get_service(request: Request) -> Service:
    """The service of the running application."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


ServiceDep = Annotated[Service, Depends(get_service)]
