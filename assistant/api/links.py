"""Links that open a passage in a reader's browser, which has no API key.

A link carries a signature over the passage and an expiry, made with a secret that only the
service knows: whoever was given the link may read that one passage until it expires.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

from assistant.retrieval.evidence import Evidence

#: Seconds for which a link opens without a key: as long as a conversation is looked at again.
_VALID = 30 * 86_400


@dataclass(frozen=True)
class Links:
    """Makes and checks links.

    Attributes:
        base: Base URL of the API as readers reach it.
        secret: What signatures are made with.
    """

    base: str
    secret: bytes

    def passage(self, document_id: str, passage_id: str) -> str:
        """The URL of a passage, without a signature."""
        return f"{self.base}/v1/documents/{document_id}/passages/{passage_id}"

    def quote(self, evidence: Evidence) -> str:
        """A signed URL that opens the passage with the quote marked."""
        passage, span = evidence.passage, evidence.span
        # Whole days: the same quote has the same link for a day.
        expires = (int(time.time()) // 86_400 + 1) * 86_400 + _VALID
        signature = self._signature(passage.document_id, passage.id, expires)
        return (
            f"{self.passage(passage.document_id, passage.id)}"
            f"?start={span.start}&end={span.end}&expires={expires}&signature={signature}"
        )

    def opens(self, document_id: str, passage_id: str, expires: int, signature: str) -> bool:
        """Whether a signature is this service's and has not expired."""
        right = self._signature(document_id, passage_id, expires)
        return hmac.compare_digest(right, signature) and expires > time.time()

    def _signature(self, document_id: str, passage_id: str, expires: int) -> str:
        message = f"{document_id}\n{passage_id}\n{expires}".encode()
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()[:40]
