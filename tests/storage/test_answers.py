"""The cache of answers that replicas share: found by all, gone with its documents for all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread

import pytest
from postgres_server import PostgresServer
from sqlalchemy import text

from assistant.models.answer_cache import CachedAnswer
from assistant.models.piece import Piece
from assistant.storage.answers import AnswerStore, forget_answers
from assistant.storage.database import Database
from assistant.storage.documents import DocumentDetails, DocumentLedger
from assistant.storage.registry import DocumentRecord, DocumentRegistry

ANSWER = CachedAnswer((Piece("세 ", -0.5), Piece("달러 · ثلاثة")), False)


@pytest.fixture
def other(url: str, database: Database) -> Iterator[Database]:
    """Another process's connections to the database."""
    other = Database(url)
    yield other
    other.close()


def document(document_id: str) -> tuple[DocumentRecord, DocumentDetails]:
    record = DocumentRecord(
        id=document_id, collection="c", origin="/a", source="a", content_hash="0" * 64,
        pipeline=1, title="t", language="ko", passages=1, named_by_caller=False,
    )  # fmt: skip
    return record, DocumentDetails(document_id=document_id, format="PDF", bytes=1, quality={})


def test_an_answer_is_found_by_every_process_as_it_was(database: Database, other: Database) -> None:
    one, another = AnswerStore(database, 10, 60), AnswerStore(other, 10, 60)
    one.put("key", ANSWER, ["d1"], one.moment())
    found = another.get("key")
    assert found == ANSWER
    assert found is not None
    assert [piece.logprob for piece in found.pieces] == [-0.5, None]
    assert another.get("other") is None
    one.put("key", CachedAnswer((), True), ["d1"], one.moment())
    assert another.get("key") == CachedAnswer((), True)
    with database.session() as session:
        stored = session.execute(text("SELECT * FROM answers")).all()
    assert len(stored) == 1


def test_so_many_answers_are_kept_and_for_so_long(database: Database) -> None:
    answers = AnswerStore(database, 2, 60)
    for key in ("a", "b", "c"):
        answers.put(key, ANSWER, ["d1"], answers.moment())
    assert [answers.get(key) is not None for key in ("a", "b", "c")] == [False, True, True]
    brief = AnswerStore(database, 2, -1)
    assert brief.get("c") is None
    assert brief.purge() == 2
    assert len(answers) == 0


def test_what_another_process_changes_or_deletes_takes_its_answers_along(
    database: Database, other: Database
) -> None:
    answers = AnswerStore(database, 10, 60)
    ledger = DocumentLedger(DocumentRegistry(other))
    ids = ("changes", "goes", "ends", "stays")
    ledger.commit([document(i) for i in ids])
    began = answers.moment()
    for document_id in ids:
        answers.put(f"of {document_id}", ANSWER, [document_id, "d"], began)
    answers.tag(["of stays"], ["another"], began)
    ledger.commit([document("changes")], forget=["goes"])
    ledger.save_details(document("ends")[1])
    assert [answers.get(f"of {i}") is not None for i in ids] == [False, False, False, True]
    ledger.commit([], forget=["another"])
    assert answers.get("of stays") is None, "it has led to that one"


def test_an_answer_on_its_way_is_not_kept_when_another_process_changes_its_document(
    database: Database, other: Database
) -> None:
    answers = AnswerStore(database, 10, 60)
    before = answers.moment() - timedelta(seconds=1)
    DocumentLedger(DocumentRegistry(other)).commit([], forget=["d1"])
    answers.put("key", ANSWER, ["d0", "d1"], before)
    assert answers.get("key") is None
    answers.put("key", ANSWER, ["d0"], before)
    answers.tag(["key"], ["d1"], before)
    assert answers.get("key") is None
    answers.put("key", ANSWER, ["d1"], answers.moment() + timedelta(seconds=1))
    assert answers.get("key") == ANSWER, "it may have come back"


def test_an_answer_and_a_change_at_the_same_time_leave_no_answer(
    postgres: PostgresServer,
) -> None:
    one, other = Database(postgres.empty()), Database(postgres.url)
    answers = AnswerStore(one, 10, 60)
    before = answers.moment()
    kept = Event()

    def put() -> None:
        answers.put("key", ANSWER, ["d1"], before)
        kept.set()

    putting = Thread(target=put)
    with other.session() as session:
        forget_answers(session, ["d1"], other.moment(session))
        putting.start()
        assert not kept.wait(0.5), "it waits for the change"
    putting.join(30)
    assert answers.get("key") is None
    for database in (one, other):
        database.close()


def test_a_database_that_is_away_has_no_answer_and_harms_no_reply(
    postgres: PostgresServer,
) -> None:
    database = Database(postgres.empty())
    answers = AnswerStore(database, 10, 60)
    postgres.stop()
    try:
        answers.put("key", ANSWER, ["d1"], answers.moment())
        answers.tag(["key"], ["d2"], answers.moment())
        assert answers.get("key") is None
    finally:
        postgres.start()
    database.close()
