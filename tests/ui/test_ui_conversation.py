"""Earlier messages go along with a question, and nothing is lost."""

from __future__ import annotations

from assistant.api.schemas import ChatResponse
from ui.client import ChatError
from ui.conversation import HISTORY_LENGTH, Conversation, plain_answer


def test_the_first_question_goes_alone() -> None:
    _, request = Conversation().begin("질문")
    assert [message.content for message in request.messages] == ["질문"]
    assert (request.language, request.stream, request.conversation_id) == ("auto", True, None)


def test_questions_and_plain_answers_go_along(reply: ChatResponse) -> None:
    conversation = Conversation()
    conversation.begin("first")[0].receive(reply)
    _, request = conversation.begin("second")
    assert [(message.role, message.content) for message in request.messages] == [
        ("user", "first"),
        (
            "assistant",
            "يُقبل في البرنامج 24 طالبًا كل عام. ويُقبل 12 طالبًا عن طريق كل جهة.",
        ),
        ("user", "second"),
    ]
    assert request.conversation_id == "c1"


def test_at_most_ten_earlier_messages_go_along(reply: ChatResponse) -> None:
    conversation = Conversation()
    for number in range(8):
        conversation.begin(str(number))[0].receive(reply)
    _, request = conversation.begin("last")
    assert len(request.messages) == HISTORY_LENGTH + 1
    assert request.messages[0].content == "3"


def test_failed_and_stopped_questions_are_not_part_of_the_history(reply: ChatResponse) -> None:
    conversation = Conversation()
    conversation.begin("failed")[0].failure = ChatError("unreachable")
    assert conversation.lost_question() == "failed"
    conversation.begin("stopped")
    assert conversation.busy
    conversation.stop()
    assert not conversation.busy
    assert conversation.lost_question() == ""
    _, request = conversation.begin("last")
    assert [message.content for message in request.messages] == ["last"]


def test_a_reply_that_has_come_is_not_stopped(reply: ChatResponse) -> None:
    conversation = Conversation()
    turn, _ = conversation.begin("first")
    turn.receive(reply)
    conversation.stop()
    assert not turn.stopped


def test_only_citation_marks_are_taken_from_a_plain_answer(reply: ChatResponse) -> None:
    response = reply.model_copy(update={"answer": "In [2024] it was 24 [1][2]."})
    assert plain_answer(response) == "In [2024] it was 24."
