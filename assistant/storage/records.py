"""All stores of the database, over one pool of connections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from assistant.settings import Settings
from assistant.storage.answers import AnswerStore
from assistant.storage.conversations import ConversationStore
from assistant.storage.database import Database, now
from assistant.storage.documents import DocumentLedger
from assistant.storage.feedback import FeedbackStore
from assistant.storage.ingestions import IngestionLog
from assistant.storage.keys import KeyStore
from assistant.storage.rates import RateStore
from assistant.storage.registry import DocumentRegistry
from assistant.storage.usage import UsageStore

#: Days that the counts of requests are kept: two months can be billed from them.
_USAGE_DAYS = 62


@dataclass(frozen=True)
class Purged:
    """How much a purge deleted."""

    conversations: int
    feedback: int
    usage: int
    answers: int


@dataclass(frozen=True)
class Records:
    """What the service keeps besides the index. ``rates`` is None where no replica can be."""

    database: Database
    keys: KeyStore
    usage: UsageStore
    conversations: ConversationStore
    feedback: FeedbackStore
    documents: DocumentRegistry
    ledger: DocumentLedger
    ingestions: IngestionLog
    rates: RateStore | None

    @classmethod
    def open(cls, settings: Settings) -> Records:
        """Open the database that the settings name.

        Raises:
            UnavailableError: It cannot be opened.
        """
        return cls.over(Database(settings.database))

    @classmethod
    def over(cls, database: Database) -> Records:
        """The stores over an open database."""
        documents = DocumentRegistry(database)
        return cls(
            database,
            KeyStore(database),
            UsageStore(database),
            ConversationStore(database),
            FeedbackStore(database),
            documents,
            DocumentLedger(documents),
            IngestionLog(database),
            RateStore(database) if database.shared else None,
        )

    def answers(self, settings: Settings) -> AnswerStore:
        """The cache of generated answers, as large as the settings say."""
        return AnswerStore(self.database, settings.answer_cache, settings.answer_cache_seconds)

    def purge(self, settings: Settings) -> Purged:
        """Delete what is older than the settings allow."""
        # Where conversations are not kept, a reply is still known for a day, for its feedback.
        days = max(settings.conversation_days, 1)
        return Purged(
            conversations=self.conversations.purge(now() - timedelta(days=days)),
            feedback=self.feedback.purge(now() - timedelta(days=settings.feedback_days)),
            usage=self.usage.purge(now().date() - timedelta(days=_USAGE_DAYS)),
            answers=self.answers(settings).purge(),
        )

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
