"""Conversations: who asked what, and what was replied. Personal data, kept for a limited time."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.storage.database import Base, Database, UtcDateTime, now

#: Longest title that is made of a question, in characters.
TITLE_CHARS = 80
#: The outcome of a question whose reply is not there: it is on its way, or the caller left before
#: it was complete.
UNFINISHED = "unfinished"


class ConversationRecord(Base, kw_only=True):
    """One conversation.

    Attributes:
        id: UUID.
        owner: The key that it was led with; no other key knows of it.
        name: Its id as the caller knows it, unique for the owner.
        user: Whom the caller says that it was led for, in the caller's own terms.
        title: What lists call it: the caller's words, or the beginning of its first question.
        created_at, updated_at: In UTC.
        share_id: Names it for whoever was given its link, and cannot be guessed; None where it is
            not shared.
        shared_at: What was asked until then is shared, in UTC.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("owner", "name", name="uq_conversations_owner_name"),
        Index("ix_conversations_user", "user"),
    )

    id: Mapped[str] = mapped_column(
        String(36), primary_key=True, default_factory=lambda: str(uuid.uuid4())
    )
    owner: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    user: Mapped[str | None] = mapped_column(String(200), default=None)
    title: Mapped[str | None] = mapped_column(String(200), default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now, index=True)
    share_id: Mapped[str | None] = mapped_column(String(64), unique=True, index=True, default=None)
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class TurnRecord(Base, kw_only=True):
    """One question and its reply.

    Attributes:
        reply_id: The reply's id.
        conversation_id: The conversation, or None where conversations are not kept.
        owner: The key.
        question, reply: What was asked, and the reply as it was sent; None when not kept.
        collections: Collections of the documents that the reply names.
        outcome: The reply's, or `UNFINISHED`.
        trace_id: The request's id, under which the logs and the trace tell of it.
        replaced_by: The reply whose question was asked instead: then this turn is no longer part
            of the conversation. It stays for its feedback and for those who have its link.
        created_at: When the question came, in UTC.
    """

    __tablename__ = "turns"

    reply_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True, default=None
    )
    owner: Mapped[str] = mapped_column(String(32))
    question: Mapped[str | None] = mapped_column(Text, default=None)
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    collections: Mapped[list[str]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(20))
    trace_id: Mapped[str] = mapped_column(String(64))
    replaced_by: Mapped[str | None] = mapped_column(String(64), default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now, index=True)


@dataclass(frozen=True)
class Exchange:
    """What is stored of one question: see `TurnRecord`.

    Attributes:
        replaces: The reply from which on the conversation's turns give way to this one.
    """

    owner: str
    conversation: str
    reply_id: str
    question: str
    reply: dict[str, Any] | None
    collections: Sequence[str]
    outcome: str
    trace_id: str
    user: str | None = None
    replaces: str | None = None


class ConversationStore:
    """Keeps conversations, each for its owner alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, exchange: Exchange, keep_text: bool, begun: bool = False) -> None:
        """Store a question, or complete one that was stored without its reply.

        Args:
            exchange: What was asked and replied.
            keep_text: Whether to keep the texts. Without them only that there was a reply is
                stored, so that feedback can be given on it.
            begun: Whether the question is stored already. Where it is not there any more, it was
                deleted meanwhile, and its reply is not stored.
        """
        collections = sorted(set(exchange.collections))
        with self._database.session() as session:
            turn = session.get(TurnRecord, exchange.reply_id)
            if turn is None and begun:
                return
            if turn is None:
                turn = TurnRecord(
                    reply_id=exchange.reply_id,
                    owner=exchange.owner,
                    collections=collections,
                    outcome=exchange.outcome,
                    trace_id=exchange.trace_id,
                )
                if keep_text:
                    turn.conversation_id = _opened(session, exchange)
                    turn.question = exchange.question
                session.add(turn)
            if keep_text:
                turn.reply = exchange.reply
            turn.collections, turn.outcome = collections, exchange.outcome

    def forget(self, owner: str, reply_id: str) -> None:
        """Take a question back whose reply failed; what it replaced is there again."""
        with self._database.session() as session:
            turn = session.get(TurnRecord, reply_id)
            if turn is None or (turn.owner, turn.outcome) != (owner, UNFINISHED):
                return
            conversation_id, question = turn.conversation_id, turn.question
            session.delete(turn)
            session.flush()
            session.execute(
                update(TurnRecord)
                .where(TurnRecord.replaced_by == reply_id)
                .where(TurnRecord.conversation_id == conversation_id)
                .values(replaced_by=None)
            )
            found = session.get(ConversationRecord, conversation_id or "")
            if found and (turns := _current(session, found)):
                _retitle(found, question, turns[0].question)
            left = exists().where(TurnRecord.conversation_id == ConversationRecord.id)
            begun = delete(ConversationRecord).where(ConversationRecord.id == conversation_id)
            session.execute(begun.where(~left))

    def list(
        self,
        owner: str,
        limit: int,
        offset: int,
        user: str | None = None,
        containing: str | None = None,
    ) -> Sequence[ConversationRecord]:
        """An owner's conversations, the latest first; those alone whose title or one of whose
        questions contains a text, where one is given."""
        query = _of(owner, user).order_by(
            ConversationRecord.updated_at.desc(), ConversationRecord.id
        )
        if containing:
            query = query.where(_contains(containing))
        with self._database.session() as session:
            return session.scalars(query.limit(limit).offset(offset)).all()

    def get(self, owner: str, name: str) -> tuple[ConversationRecord, Sequence[TurnRecord]] | None:
        """A conversation with its turns that were not replaced, the oldest first, or None."""
        with self._database.session() as session:
            found = _named(session, owner, name)
            return (found, _current(session, found)) if found else None

    def share(self, owner: str, name: str) -> ConversationRecord | None:
        """Give a conversation an id for others to read it by, as far as it has come; one that is
        shared already keeps its id. The conversation, or None."""
        with self._database.session() as session:
            found = _named(session, owner, name)
            if found:
                found.share_id = found.share_id or secrets.token_urlsafe(24)
                found.shared_at = now()
            return found

    def unshare(self, owner: str, name: str) -> bool:
        """Take the id back; whether there is such a conversation."""
        with self._database.session() as session:
            found = _named(session, owner, name)
            if found:
                found.share_id = found.shared_at = None
            return found is not None

    def shared(
        self, owner: str, share_id: str
    ) -> tuple[ConversationRecord, Sequence[TurnRecord]] | None:
        """A shared conversation with the turns that are shared and complete, or None."""
        with self._database.session() as session:
            found = session.scalars(
                _of(owner).where(ConversationRecord.share_id == share_id)
            ).first()
            if found is None or found.shared_at is None:
                return None
            turns = _current(session, found)
            return found, [
                turn
                for turn in turns
                if turn.created_at <= found.shared_at and turn.outcome != UNFINISHED
            ]

    def rename(self, owner: str, name: str, title: str) -> ConversationRecord | None:
        """Give a conversation a title; the conversation, or None."""
        with self._database.session() as session:
            found = _named(session, owner, name)
            if found:
                found.title = title
            return found

    def delete(self, owner: str, name: str) -> bool:
        """Delete a conversation with its turns; whether there was one."""
        with self._database.session() as session:
            found = _named(session, owner, name)
            if found:
                session.delete(found)
            return found is not None

    def turn(self, owner: str | None, reply_id: str) -> tuple[TurnRecord, str | None] | None:
        """The turn of a reply that is complete, of one owner or of any, and the conversation's
        user; or None."""
        with self._database.session() as session:
            turn = session.get(TurnRecord, reply_id)
            if turn is None or owner not in (None, turn.owner) or turn.outcome == UNFINISHED:
                return None
            conversation = (
                session.get(ConversationRecord, turn.conversation_id)
                if turn.conversation_id
                else None
            )
            return turn, conversation.user if conversation else None

    def turns(
        self, outcomes: Sequence[str], limit: int, offset: int
    ) -> tuple[int, Sequence[TurnRecord]]:
        """Turns of all owners with one of these outcomes whose texts are kept, the latest first,
        and how many there are altogether."""
        chosen = TurnRecord.outcome.in_(outcomes) & TurnRecord.question.is_not(None)
        query = select(TurnRecord).where(chosen)
        query = query.order_by(TurnRecord.created_at.desc(), TurnRecord.reply_id)
        with self._database.session() as session:
            total = session.scalar(select(func.count()).select_from(TurnRecord).where(chosen)) or 0
            return total, session.scalars(query.limit(limit).offset(offset)).all()

    def of_user(
        self, user: str, owner: str | None
    ) -> Sequence[tuple[ConversationRecord, Sequence[TurnRecord]]]:
        """All conversations of a user with all their turns, of one owner or of all."""
        with self._database.session() as session:
            query = _of(owner, user).order_by(ConversationRecord.created_at)
            return [(c, _turns(session, c)) for c in session.scalars(query)]

    def delete_user(self, user: str, owner: str | None) -> int:
        """Delete all conversations of a user; how many there were."""
        with self._database.session() as session:
            found = session.scalars(_of(owner, user)).all()
            for conversation in found:
                session.delete(conversation)
            return len(found)

    def purge(self, before: datetime) -> int:
        """Delete the conversations that were last used before a time; how many there were."""
        old = delete(ConversationRecord).where(ConversationRecord.updated_at < before)
        with self._database.session() as session:
            gone = session.scalars(old.returning(ConversationRecord.id)).all()
            # Turns without a conversation, which feedback could be given on until now.
            loose = TurnRecord.conversation_id.is_(None) & (TurnRecord.created_at < before)
            session.execute(delete(TurnRecord).where(loose))
            return len(gone)


def _opened(session: Session, exchange: Exchange) -> str:
    """The id of the exchange's conversation, which is begun where it is new."""
    found = _named(session, exchange.owner, exchange.conversation)
    if found is None:
        found = ConversationRecord(
            owner=exchange.owner,
            name=exchange.conversation,
            user=exchange.user,
            title=title_of(exchange.question),
        )
        session.add(found)
        session.flush()
    found.updated_at = now()
    found.user = found.user or exchange.user
    if exchange.replaces:
        _replace(session, found, exchange)
    return found.id


def _replace(session: Session, conversation: ConversationRecord, by: Exchange) -> None:
    """Let the conversation's turns from the one on that an exchange replaces give way to it; none
    where that is not part of it."""
    turns = _current(session, conversation)
    at = next((i for i, turn in enumerate(turns) if turn.reply_id == by.replaces), len(turns))
    for turn in turns[at:]:
        turn.replaced_by = by.reply_id
    if turns and at == 0:
        _retitle(conversation, turns[0].question, by.question)


def _retitle(conversation: ConversationRecord, old: str | None, new: str | None) -> None:
    """Call a conversation by another first question, unless somebody gave it a name: what was asked
    anew may have been meant for nobody's eyes."""
    if old and new and conversation.title == title_of(old):
        conversation.title = title_of(new)


def title_of(question: str) -> str:
    """The beginning of a question in one line of at most `TITLE_CHARS` characters."""
    line = " ".join(question.split())
    return line if len(line) <= TITLE_CHARS else f"{line[: TITLE_CHARS - 1].rstrip()}…"


def _contains(text: str) -> ColumnElement[bool]:
    asked = (TurnRecord.conversation_id == ConversationRecord.id) & TurnRecord.replaced_by.is_(None)
    return ConversationRecord.title.icontains(text, autoescape=True) | exists().where(
        asked, TurnRecord.question.icontains(text, autoescape=True)
    )


def _of(owner: str | None, user: str | None = None) -> Select[ConversationRecord]:
    query = select(ConversationRecord)
    if owner is not None:
        query = query.where(ConversationRecord.owner == owner)
    return query if user is None else query.where(ConversationRecord.user == user)


def _named(session: Session, owner: str, name: str) -> ConversationRecord | None:
    return session.scalars(_of(owner).where(ConversationRecord.name == name)).first()


def _current(session: Session, conversation: ConversationRecord) -> Sequence[TurnRecord]:
    return [turn for turn in _turns(session, conversation) if turn.replaced_by is None]


def _turns(session: Session, conversation: ConversationRecord) -> Sequence[TurnRecord]:
    query = select(TurnRecord).where(TurnRecord.conversation_id == conversation.id)
    return session.scalars(query.order_by(TurnRecord.created_at, TurnRecord.reply_id)).all()
