"""Keys, usage, conversations and feedback, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from assistant.errors import InvalidInputError
from assistant.storage.conversations import ConversationStore, Exchange
from assistant.storage.database import Database
from assistant.storage.documents import DocumentDetails, DocumentLedger
from assistant.storage.feedback import FeedbackRecord, FeedbackStore
from assistant.storage.ingestions import IngestionLog, IngestionRecord
from assistant.storage.keys import KeyStore
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from assistant.storage.secret import shared_secret
from assistant.storage.usage import UsageStore

LATER = datetime.now(UTC) + timedelta(days=1)


def exchange(owner: str = "key_a", reply_id: str = "r1", **fields: object) -> Exchange:
    values = {
        "conversation": "c1",
        "question": "얼마인가요?",
        "reply": {"answer": "3.0"},
        "collections": ["students"],
        "outcome": "answered",
        "trace_id": "t1",
        "user": "student-7",
    } | fields
    return Exchange(owner=owner, reply_id=reply_id, **values)  # type: ignore[arg-type]


def feedback(owner: str = "key_a", user: str | None = "student-7") -> FeedbackRecord:
    return FeedbackRecord(
        reply_id="r1", owner=owner, user=user, rating="down", reason="wrong",
        comment="틀렸어요", outcome="answered", trace_id="t1",
    )  # fmt: skip


def test_a_key_is_found_by_itself_and_stored_as_a_hash(database: Database) -> None:
    keys = KeyStore(database)
    assert not keys.exist()
    record, token = keys.create("portal", ["chat"], ["students", "staff"])
    assert keys.exist()
    found = keys.find(token)
    assert found is not None
    assert (found.id, found.scopes, found.collections) == (
        record.id,
        ["chat"],
        ["staff", "students"],
    )
    assert keys.find(token + "x") is None
    with database.session() as session:
        rows = session.execute(text("SELECT * FROM api_keys")).all()
    assert token not in str(rows)


def test_a_revoked_or_expired_key_is_not_active_and_the_service_stays_closed(
    database: Database,
) -> None:
    keys = KeyStore(database)
    record, token = keys.create("portal", ["chat"], None)
    assert record.active
    keys.revoke("portal")
    found = keys.find(token)
    assert found is not None
    assert not found.active
    assert keys.exist()
    expired, _ = keys.create("old", ["chat"], None, expires_at=datetime.now(UTC) - timedelta(1))
    assert not expired.active
    with pytest.raises(InvalidInputError, match="keys list"):
        keys.revoke("portal")


def test_a_key_that_is_brought_along_is_made_once_and_must_be_long(database: Database) -> None:
    keys = KeyStore(database)
    first, _ = keys.create("ui", ["chat"], None, token="s" * 40)
    again, _ = keys.create("ui", ["chat"], None, token="s" * 40)
    assert first.id == again.id
    assert len(keys.list()) == 1
    with pytest.raises(InvalidInputError, match="32"):
        keys.create("ui", ["chat"], None, token="short")


def test_requests_are_counted_by_key_and_day(database: Database) -> None:
    usage = UsageStore(database)
    today, tomorrow = date(2026, 11, 22), date(2026, 11, 23)
    assert [usage.count("a", today) for _ in range(3)] == [1, 2, 3]
    assert usage.count("a", tomorrow) == 1
    assert usage.count("b", today) == 1
    assert usage.on("a", today) == 3
    assert usage.purge(tomorrow) == 2
    assert usage.on("a", today) == 0


def test_a_conversation_is_its_owners_alone(database: Database) -> None:
    store = ConversationStore(database)
    store.record(exchange(), keep_text=True)
    store.record(exchange(reply_id="r2"), keep_text=True)
    store.record(exchange(owner="key_b", reply_id="r3"), keep_text=True)
    mine = store.get("key_a", "c1")
    assert mine is not None
    conversation, turns = mine
    assert [turn.reply_id for turn in turns] == ["r1", "r2"]
    assert (conversation.user, turns[0].question) == ("student-7", "얼마인가요?")
    assert store.get("key_c", "c1") is None
    assert [c.owner for c in store.list("key_b", 10, 0)] == ["key_b"]
    assert store.turn("key_b", "r1") is None
    assert store.delete("key_a", "c1")
    assert not store.delete("key_a", "c1")
    assert store.turn("key_a", "r1") is None
    assert store.get("key_b", "c1") is not None


def test_without_texts_only_the_reply_is_known(database: Database) -> None:
    store = ConversationStore(database)
    store.record(exchange(), keep_text=False)
    assert store.list("key_a", 10, 0) == []
    found = store.turn("key_a", "r1")
    assert found is not None
    assert (found[0].question, found[0].reply, found[0].trace_id) == (None, None, "t1")


def test_what_is_old_is_purged(database: Database) -> None:
    store, given = ConversationStore(database), FeedbackStore(database)
    store.record(exchange(), keep_text=True)
    store.record(exchange(reply_id="r2"), keep_text=False)
    given.add(feedback())
    assert store.purge(datetime.now(UTC) - timedelta(days=1)) == 0
    assert (store.purge(LATER), given.purge(LATER)) == (1, 1)
    assert store.turn("key_a", "r1") is None
    assert store.turn("key_a", "r2") is None


@pytest.mark.parametrize(("owner", "left"), [("key_a", ["key_b"]), (None, [])])
def test_all_data_of_one_user_is_given_out_and_deleted(
    database: Database, owner: str | None, left: Sequence[str]
) -> None:
    store, given = ConversationStore(database), FeedbackStore(database)
    for key in ("key_a", "key_b"):
        store.record(exchange(owner=key, reply_id=f"r-{key}"), keep_text=True)
        given.add(feedback(owner=key))
    store.record(exchange(reply_id="other", conversation="c2", user="student-8"), keep_text=True)
    assert len(store.of_user("student-7", owner)) == 2 - len(left)
    assert store.delete_user("student-7", owner) == 2 - len(left)
    assert given.delete_user("student-7", owner) == 2 - len(left)
    assert [c.owner for c, _ in store.of_user("student-7", None)] == left
    assert [f.owner for f in given.of_user("student-7", None)] == left
    assert store.get("key_a", "c2") is not None


def test_a_shared_secret_is_made_once(database: Database) -> None:
    assert shared_secret(database, "links") == shared_secret(database, "links")
    assert shared_secret(database, "links") != shared_secret(database, "other")


def document(document_id: str, collection: str = "students", **fields: object) -> DocumentRecord:
    values = {
        "origin": f"/policies/{document_id}.md", "source": f"{document_id}.md",
        "content_hash": "0" * 64, "pipeline": 1, "title": "교류 규정", "language": "ko",
        "passages": 3, "named_by_caller": False, "work_id": "exchange",
    } | fields  # fmt: skip
    return DocumentRecord(id=document_id, collection=collection, **values)  # type: ignore[arg-type]


def details(document_id: str, **fields: object) -> DocumentDetails:
    values = {"format": "markdown", "bytes": 3 * 2**30, "quality": {"remarks": ["좋음"]}} | fields
    return DocumentDetails(document_id=document_id, **values)  # type: ignore[arg-type]


def test_a_change_of_a_document_is_announced_committed_and_closed(database: Database) -> None:
    registry = DocumentRegistry(database)
    ledger = DocumentLedger(registry)
    ledger.begin(["d1", "old"])
    ledger.begin(["d1"])
    ledger.commit([(document("old"), details("old"))])
    ledger.commit([(document("d1"), details("d1", effective_from=20260301))], forget=["old"])
    assert sorted(ledger.pending()) == ["d1", "old"]
    ledger.end(["d1", "old"])
    assert ledger.pending() == []
    assert [d.id for d in registry.documents()] == ["d1"]
    assert ledger.details("old") is None
    found = ledger.details("d1")
    assert found is not None
    assert (found.bytes, found.quality) == (3 * 2**30, {"remarks": ["좋음"]})
    ledger.commit([(document("d2", language="en"), details("d2"))])
    assert ledger.editions(document("d1")) == ["en", "ko"]
    assert [record.id for record, _ in ledger.versions(document("d1"))] == ["d1"]


def test_pages_of_documents_are_of_the_collections_asked_for(database: Database) -> None:
    registry = DocumentRegistry(database)
    for name in ("b", "a", "c"):
        registry.save(document(name))
    registry.save(document("s", "staff"))
    total, page = registry.page(["students"], 2, 1)
    assert (total, [d.id for d in page]) == (3, ["b", "c"])
    assert registry.page(None, 10, 0)[0] == 4
    assert registry.page([], 10, 0) == (0, [])


def test_ingestions_are_kept_until_there_are_too_many(database: Database) -> None:
    log = IngestionLog(database, kept=2)
    for i in range(4):
        log.add(IngestionRecord(id=f"i{i}", state="queued", task={"paths": ["/a"]}))
    assert [record.id for record in log.unfinished()] == ["i0", "i1", "i2", "i3"]
    for i in range(4):
        record = log.get(f"i{i}")
        assert record is not None
        record.state, record.report = "done", {"files": []}
        assert not log.finish(record, "worker"), "it is not its worker's"
        assert log.claim(record.id, "worker")
        assert log.finish(record, "worker")
    assert [log.get(f"i{i}") is not None for i in range(4)] == [False, False, True, True]
    last = log.get("i3")
    assert last is not None
    assert (last.report, last.created_at.tzinfo) == ({"files": []}, UTC)
