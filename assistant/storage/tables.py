"""All tables of the database in one place, for the migrations to compare with."""

from __future__ import annotations

from assistant.storage import (
    answers,
    conversations,
    documents,
    feedback,
    file_parts,
    ingestions,
    keys,
    rates,
    registry,
    secret,
    usage,
)
from assistant.storage.database import Base

#: The modules that define tables; importing one is what makes its tables known.
MODULES = (
    answers,
    registry,
    documents,
    ingestions,
    file_parts,
    keys,
    usage,
    rates,
    conversations,
    feedback,
    secret,
)

METADATA = Base.metadata
