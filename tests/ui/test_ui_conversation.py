"""Earlier messages go along with a question, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.api.schemas import chat_schemas as schemas
from assistant.api.schemas.chat_schemas import ChatResponse, ConversationTurn
from ui.client import ChatError
from ui.conversation import HISTORY_LENGTH, AskOptions, ShownConversation, plain_answer


def test_the_first_question_goes_alone() -> None:
    conversation = ShownConversation()
    assert conversation.id == ""
    _, request = conversation.begin("질문", "ui-1")
    assert conversation.id
    assert [message.content for message in request.messages] == ["질문"]
    assert (request.language, request.stream, request.user) == ("auto", True, "ui-1")
    assert request.conversation_id == conversation.id


def test_the_pages_language_goes_along_for_questions_that_show_none() -> None:
    _, request = ShownConversation().begin("TOEFL iBT?", None, AskOptions("ko"))
    assert (request.language, request.default_language) == ("auto", "ko")
    _, request = ShownConversation().begin("TOEFL iBT?", None, AskOptions("ko", "ar"))
    assert (request.language, request.default_language) == ("ar", "ko")


def test_questions_and_plain_answers_go_along(reply: ChatResponse) -> None:
    conversation = ShownConversation()
    conversation.begin("first", "u")[0].receive(reply)
    _, request = conversation.begin("second", "u")
    assert [(message.role, message.content) for message in request.messages] == [
        ("user", "first"),
        (
            "assistant",
            "يُقبل في البرنامج 24 طالبًا كل عام. ويُقبل 12 طالبًا عن طريق كل جهة.",
        ),
        ("user", "second"),
    ]
    assert request.conversation_id == conversation.id


def test_at_most_ten_earlier_messages_go_along(reply: ChatResponse) -> None:
    conversation = ShownConversation()
    for number in range(8):
        conversation.begin(str(number), None)[0].receive(reply)
    _, request = conversation.begin("last", None)
    assert len(request.messages) == HISTORY_LENGTH + 1
    assert request.messages[0].content == "3"


def test_failed_and_stopped_questions_are_not_part_of_the_history(reply: ChatResponse) -> None:
    conversation = ShownConversation()
    conversation.begin("failed", None)[0].failure = ChatError("unreachable")
    assert conversation.lost_question() == "failed"
    stopped, _ = conversation.begin("stopped", None)
    assert conversation.busy
    stopped.stopped = True
    assert not conversation.busy
    assert conversation.lost_question() == ""
    _, request = conversation.begin("last", None)
    assert [message.content for message in request.messages] == ["last"]


def test_only_citation_marks_are_taken_from_a_plain_answer(reply: ChatResponse) -> None:
    response = reply.model_copy(update={"answer": "In [2024] it was 24 [1][2]."})
    assert plain_answer(response) == "In [2024] it was 24."


def test_a_stored_conversation_says_which_replies_are_withheld(reply: ChatResponse) -> None:
    now = datetime.now(UTC)
    turns = [
        ConversationTurn(reply_id="r1", question="a", reply=reply, created_at=now),
        ConversationTurn(reply_id="r2", question="b", reply=None, created_at=now),
        ConversationTurn(reply_id="r3", question="c", reply=None, unfinished=True, created_at=now),
    ]
    found = schemas.Conversation(
        id="c-1", user="ui-1", title="a", created_at=now, updated_at=now, turns=turns
    )
    conversation = ShownConversation.stored(found)
    assert (conversation.id, conversation.busy) == ("c-1", False)
    assert [turn.withheld for turn in conversation.turns] == [False, True, False]
    assert [turn.stopped for turn in conversation.turns] == [False, False, True]
    again = ShownConversation.stored(found, conversation)
    assert [turn.key for turn in again.turns] == [turn.key for turn in conversation.turns]
    assert len({turn.key for turn in again.turns}) == 3


def test_a_question_asked_anew_takes_the_place_of_what_came_from_it_on(
    reply: ChatResponse,
) -> None:
    conversation = ShownConversation()
    for name in ("first", "second", "third"):
        conversation.begin(name, "u")[0].receive(reply.model_copy(update={"id": f"of-{name}"}))
    _, request = conversation.begin("second anew", "u", instead_of=conversation.turns[1])
    assert [turn.question for turn in conversation.turns] == ["first", "second anew"]
    assert request.replaces == "of-second"
    assert [m.content for m in request.messages if m.role == "user"] == ["first", "second anew"]


def test_a_failed_question_that_is_asked_anew_replaces_what_is_stored_after_it(
    reply: ChatResponse,
) -> None:
    conversation = ShownConversation()
    conversation.begin("failed", "u")[0].failure = ChatError("busy")
    _, request = conversation.begin("failed", "u", instead_of=conversation.turns[0])
    assert request.replaces is None
    conversation.turns[0].failure = ChatError("busy")
    conversation.begin("second", "u")[0].receive(reply)
    _, request = conversation.begin("failed", "u", instead_of=conversation.turns[0])
    assert request.replaces == reply.id


def test_an_attempt_after_one_that_failed_replaces_what_that_was_to_replace(
    reply: ChatResponse,
) -> None:
    conversation = ShownConversation()
    for name in ("first", "second"):
        conversation.begin(name, "u")[0].receive(reply.model_copy(update={"id": f"of-{name}"}))
    anew, request = conversation.begin("first anew", "u", instead_of=conversation.turns[0])
    assert request.replaces == "of-first"
    # The service has taken it back, whatever had come of it.
    anew.reply_id, anew.failure = "of-anew", ChatError("busy")
    again, request = conversation.begin("first anew", "u", instead_of=anew)
    assert request.replaces == "of-first"
    again.failure = ChatError("busy")
    _, request = conversation.begin("another", "u")
    assert request.replaces == "of-first", "the page does not show it any more"
    assert [turn.question for turn in conversation.turns] == ["first anew", "another"]


def test_a_reply_that_broke_off_is_stored_and_replaced(reply: ChatResponse) -> None:
    conversation = ShownConversation()
    broken, _ = conversation.begin("first", "u")
    broken.reply_id, broken.failure = "of-broken", ChatError("interrupted")
    _, request = conversation.begin("first", "u", instead_of=broken)
    assert request.replaces == "of-broken"
