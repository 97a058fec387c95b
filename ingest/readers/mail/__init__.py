"""Mails: EML through Python's email package, Outlook's MSG from its properties.

Both become a message of Python's, so what is body, what is an attachment and how names and letters
are decoded is told once.
"""

from __future__ import annotations

from ingest.readers.mail.mail_reader import read_mail

__all__ = ["read_mail"]
