"""The components of the chat page and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import gradio as gr
from gradio.components import Component

from assistant.api.schemas.chat_schemas import ConversationSummary
from assistant.codes import Language
from ui import views
from ui.client import ChatError
from ui.conversation import AskOptions, ReplyChoice, ShownConversation
from ui.library import Work
from ui.texts import load_texts

#: Values for some of the page's components, as Gradio's event handlers return them.
Updates = dict[Component, object]
#: Connects the HTML of a component with static/page.js. Buttons in it trigger the event 'act'.
ATTACH = """
const attach = () => window.trilogue?.attach
    ? window.trilogue.attach(element, (data) => trigger('act', data), watch)
    : setTimeout(attach, 20);
attach();
"""


@dataclass
class Visit:
    """One page that a reader has open.

    Attributes:
        language: That the page is in.
        chosen: In which language replies are wanted.
        user: The browser's id; None for a browser without cookies.
        conversation: That is shown.
        search: What the list of conversations is searched for.
        listed: The list.
        limit: How many characters of a question the service reads; None where it has not said.
        works: What is asked about; empty for all that there is.
        covered: How many works there are; None where the service has not said.
        starters: Questions to begin with; empty where none can be made of the documents.
        error: Why the last thing that was asked of the page was not done.
        list_error: Why there is no list.
    """

    language: Language = "en"
    chosen: ReplyChoice = "auto"
    user: str | None = None
    conversation: ShownConversation = field(default_factory=ShownConversation)
    search: str = ""
    listed: Sequence[ConversationSummary] = ()
    limit: int | None = None
    works: Sequence[Work] = ()
    covered: int | None = None
    starters: Sequence[str] = ()
    error: ChatError | None = None
    list_error: ChatError | None = None

    @property
    def options(self) -> AskOptions:
        """How the next question is asked."""
        ids = [name for work in self.works for name in work.document_ids]
        return AskOptions(self.language, self.chosen, ids or None)


@dataclass(frozen=True)
class Page:
    """The components that events read and change."""

    visit: gr.State
    skip: gr.HTML
    top: gr.HTML
    new: gr.Button
    library: gr.HTML
    search: gr.Textbox
    conversations: gr.HTML
    transcript: gr.HTML
    notes: gr.HTML
    asked_about: gr.HTML
    answer_in: gr.HTML
    voice: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    dialogs: gr.HTML

    @property
    def outputs(self) -> list[Component]:
        """Every component that an event may change."""
        return [
            *(self.skip, self.top, self.new, self.library, self.search, self.conversations),
            *(self.transcript, self.notes, self.asked_about, self.answer_in, self.question),
            *(self.voice, self.send, self.stop, self.dialogs),
        ]

    @property
    def acting(self) -> list[gr.HTML]:
        """The components whose buttons trigger the event ``act``."""
        return [
            *(self.skip, self.top, self.library, self.conversations, self.transcript),
            *(self.notes, self.asked_about, self.answer_in, self.dialogs),
        ]

    def everything(self, visit: Visit) -> Updates:
        """All that the page shows, in its language."""
        texts = load_texts(visit.language)
        rtl = texts.direction == "rtl"
        return {
            self.skip: views.render("skip.html", texts),
            self.top: views.render("top.html", texts, opened=True),
            self.new: gr.update(value=texts.sidebar.new),
            self.search: gr.update(
                label=texts.sidebar.search, placeholder=texts.sidebar.search, rtl=rtl
            ),
            self.question: gr.update(label=texts.question, placeholder=texts.placeholder, rtl=rtl),
            self.send: gr.update(value=texts.send, visible=not visit.conversation.busy),
            self.stop: gr.update(value=texts.stop, visible=visit.conversation.busy),
            self.notes: views.render("notes.html", texts, limit=visit.limit),
            self.answer_in: views.render("answer_in.html", texts, chosen=visit.chosen),
            self.voice: views.render("voice.html", texts),
            self.dialogs: views.render("dialogs.html", texts),
            self.conversations: self.list(visit),
            **self.scope(visit),
        }

    def scope(self, visit: Visit) -> Updates:
        """What is asked about, and what stands there of it where nothing has been asked yet."""
        texts = load_texts(visit.language)
        return {
            self.library: views.library_link(visit.works, texts),
            self.asked_about: views.asked_about(visit.works, texts),
            self.transcript: self.shown(visit),
        }

    def conversation(self, visit: Visit) -> Updates:
        """The conversation with its controls, and the list that it is in."""
        return {
            self.transcript: self.shown(visit),
            self.conversations: self.list(visit),
            **self.controls(visit),
        }

    def controls(self, visit: Visit) -> Updates:
        """Either the button that sends or the one that stops."""
        busy = visit.conversation.busy
        return {self.send: gr.update(visible=not busy), self.stop: gr.update(visible=busy)}

    def shown(self, visit: Visit) -> str:
        """The conversation."""
        texts = load_texts(visit.language)
        welcome = views.Welcome(visit.starters or texts.starters, visit.covered, visit.works)
        return views.transcript(visit.conversation, texts, visit.error, welcome)

    def list(self, visit: Visit) -> str:
        """The list of conversations."""
        return views.conversations(
            visit.listed,
            visit.conversation.id,
            bool(visit.search),
            load_texts(visit.language),
            visit.list_error,
        )


def build_page() -> Page:
    """Lay out the page, in English and empty. Call it inside a `gr.Blocks`."""
    texts, visit = load_texts("en"), Visit()
    # The first that the keyboard reaches.
    skip = _html(views.render("skip.html", texts), "skip")
    with gr.Row(elem_id="frame"):
        with gr.Column(elem_id="sidebar"):
            new = gr.Button(texts.sidebar.new, elem_id="new", size="sm")
            library = _html(views.library_link((), texts), "library-link")
            search = gr.Textbox(
                label=texts.sidebar.search,
                placeholder=texts.sidebar.search,
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="search",
                html_attributes=gr.InputHTMLAttributes(enterkeyhint="search"),
            )
            listed = _html(views.conversations((), "", False, texts), "conversations")
        with gr.Column(elem_id="main"):
            top = _html(views.render("top.html", texts, opened=False), "top")
            transcript = _html(views.transcript(visit.conversation, texts), "transcript")
            with gr.Row(elem_id="composer"):
                notes = _html(views.render("notes.html", texts, limit=None), "notes")
                asked_about = _html(views.asked_about((), texts), "asked-about")
                answer_in = _html(
                    views.render("answer_in.html", texts, chosen=visit.chosen), "answer-in"
                )
                question = gr.Textbox(
                    label=texts.question,
                    placeholder=texts.placeholder,
                    show_label=False,
                    container=False,
                    max_lines=6,
                    autofocus=True,
                    elem_id="question",
                    html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
                )
                voice = _html(views.render("voice.html", texts), "voice")
                send = gr.Button(texts.send, variant="primary", elem_id="send")
                stop = gr.Button(texts.stop, visible=False, elem_id="stop")
    dialogs = _html(views.render("dialogs.html", texts), "dialogs")
    return Page(
        *(gr.State(visit), skip, top, new, library, search, listed, transcript),
        *(notes, asked_about, answer_in, voice, question, send, stop, dialogs),
    )


def _html(value: str, name: str) -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, js_on_load=ATTACH, elem_id=name)
