"""Hangul word processor files: HWP through unhwp, HWPX from its XML.

unhwp reads both, but of HWPX it knows neither tracked changes nor memos.
"""

from __future__ import annotations

from ingest.readers.hangul.binary import read_hwp
from ingest.readers.hangul.hwpx import read_hwpx

__all__ = ["read_hwp", "read_hwpx"]
