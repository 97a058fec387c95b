"""The version of the way in which documents become passages."""

from __future__ import annotations

from typing import Final

#: Raised when documents would be cut or embedded differently, so that they are ingested again.
PIPELINE_VERSION: Final = 8
